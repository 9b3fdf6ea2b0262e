"""The table of arms: what each is, and what it costs to keep and to ask."""

from collections.abc import Sequence

import pandas as pd

from experiments.ablation.arm import Arm
from experiments.ablation.base import Base, Weights
from experiments.ablation.checked import check_arm
from experiments.ablation.cost import bytes_on_disk, latencies
from experiments.ablation.edit import Edit
from experiments.ablation.rebuild import rebuild

WHOLE = "intact"


def arm_table(base: Base, arms: Sequence[Arm], repeats: int, batch: int) -> pd.DataFrame:
    """The intact model and every arm, a row each, as `Ablation.arms` has them.

    repeats: how often each is timed; with 0 there are no columns of latency.
    """
    models = [rebuild(base, edit, 0) for edit in (Edit(), *(arm.edit for arm in arms))]
    for arm, model in zip(arms, models[1:], strict=True):
        check_arm(base, model, arm.plan, arm.label)
    table = pd.DataFrame(
        {
            "arm": [WHOLE, *(arm.label for arm in arms)],
            "factor": ["", *(arm.factor for arm in arms)],
            "parameters": [model.count_params() for model in models],
            "bytes": [bytes_on_disk(model) for model in models],
        }
    )
    if repeats:
        table["latency_ms"] = latencies(models, repeats, batch)
        table["latency"] = table["latency_ms"] / table["latency_ms"].iloc[0]
    table["weights"] = ["", *(weight_changes(base.weights, arm.plan.weights) for arm in arms)]
    table["lost"] = ["", *(", ".join(arm.plan.lost) for arm in arms)]
    return table


def weight_changes(before: Weights, after: Weights) -> str:
    """Which weights have another shape, and which are gone, in words.

    >>> weight_changes({"a": [("kernel", (4, 8))], "b": [("kernel", (8, 2))]}, {"b": [("kernel", (4, 2))]})
    'no a/kernel 4×8; b/kernel 8×2 → 4×2'
    """
    told: list[str] = []
    for path, own in before.items():
        if path not in after:
            told += [f"no {path}/{name} {_text(shape)}" for name, shape in own]
            continue
        for (name, shape), (_, now) in zip(own, after[path], strict=True):
            told += [f"{path}/{name} {_text(shape)} → {_text(now)}"] if now != shape else []
    return "; ".join(told)


def _text(shape: tuple[int | None, ...]) -> str:
    return "×".join(map(str, shape)) or "1"
