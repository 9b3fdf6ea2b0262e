"""Can every layer of a well-known network be taken away, or is it refused with a reason? Ten of `keras.applications`.

    python benchmarks/ablate_applications.py              (a quarter of an hour)
    python benchmarks/ablate_applications.py VGG16 MobileNet

The networks have fresh weights, ten classes and small images. Nothing is trained, nor are weights drawn: all is told
from shapes. Every layer, also those in nested models, is taken away by itself, as `Ablation.without` does. Counted is
what became of it: removed; or refused because it gives the model's output, because what is left does not fit a later
layer, because the output would have another shape, or because the layer does nothing. Removed arms are built, all of
them in networks of at most 50 layers and six of the others, and held to what was planned: the structure differs from
the intact one, and every weight has the planned shape. The counts go to ablate_applications.csv, where rows of networks
that are not asked for stay.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import argparse
import time
from collections import Counter
from pathlib import Path

import keras
import numpy as np
import pandas as pd

from custom.keras_internals import shapes_only
from experiments.ablation.base import Base
from experiments.ablation.checked import check_arm
from experiments.ablation.edit import Edit
from experiments.ablation.plan import Plan, Planner
from experiments.ablation.rebuild import rebuild
from experiments.ablation.refused import Refused

SIZES = {  # network → the side of its images, the smallest that it takes
    "MobileNet": 32, "MobileNetV2": 32, "VGG16": 32, "ResNet50": 32, "DenseNet121": 32, "EfficientNetB0": 32,
    "ConvNeXtTiny": 32, "NASNetMobile": 32, "Xception": 71, "InceptionV3": 75,
}  # fmt: skip
ALL_BUILT = 50  # layers of a network up to which every arm is built
SOME_BUILT = 6
REASONS = ("output", "shapes", "outputs", "nothing")


def main() -> None:
    """Ablate every layer of every network, and count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", default=list(SIZES), help="names in keras.applications")
    parser.add_argument("--csv", type=Path, default=Path(__file__).with_suffix(".csv"))
    arguments = parser.parse_args()
    rows = pd.read_csv(arguments.csv).to_dict("records") if arguments.csv.is_file() else []
    for name in arguments.networks:
        start = time.perf_counter()
        with shapes_only():
            model = getattr(keras.applications, name)(weights=None, input_shape=(SIZES[name],) * 2 + (3,), classes=10)
            row = {"network": name, "image": SIZES[name], **count_arms(model)}
        keras.utils.clear_session()
        print(row, f"{time.perf_counter() - start:.0f} s", flush=True)
        rows = [other for other in rows if other["network"] != name] + [row]
        pd.DataFrame(rows).to_csv(arguments.csv, index=False)


def count_arms(model: keras.Model) -> dict[str, int]:
    """`layers, removed, rebuilt, refused_output, refused_shapes, refused_outputs, refused_nothing, built` of a model.

    rebuilt: of those removed, the ones after which later layers have weights of other shapes. built: arms that were
    built and held to the plan. A layer that is neither removed nor refused raises whatever it was.
    """
    base = Base(model)
    planner = Planner(base)
    plans: dict[str, Plan] = {}
    refused: Counter[str] = Counter()
    for path in base.operations:
        try:
            plans[path] = planner.plan(Edit(removed=(path,)))
        except Refused as reason:
            assert str(reason), path
            refused[reason.kind] += 1
    most = len(plans) if len(base.operations) <= ALL_BUILT else min(SOME_BUILT, len(plans))
    chosen = [list(plans)[place] for place in np.linspace(0, len(plans) - 1, most).astype(int)] if plans else []
    for path in chosen:
        edit = Edit(removed=(path,))
        check_arm(base, rebuild(base, edit, 0), plans[path], path)
    return {
        "layers": len(base.operations),
        "removed": len(plans),
        "rebuilt": sum(bool(plan.rebuilt) for plan in plans.values()),
        **{f"refused_{reason}": refused[reason] for reason in REASONS},
        "built": len(chosen),
    }


if __name__ == "__main__":
    main()
