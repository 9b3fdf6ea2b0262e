"""Every layer of a network of `keras.applications` is taken away, or refused with a reason."""

from pathlib import Path

import keras
import pandas as pd
from ablate_applications import count_arms

from custom.keras_internals import shapes_only

ROOT = Path(__file__).parents[2]


def test_each_layer_of_a_network_is_removed_or_refused():
    with shapes_only():
        counts = count_arms(keras.applications.VGG16(weights=None, input_shape=(32, 32, 3), classes=10))
    assert counts == {
        "layers": 22, "removed": 20, "rebuilt": 10, "refused_output": 1, "refused_shapes": 0, "refused_outputs": 1,
        "refused_nothing": 0, "built": 20,
    }  # fmt: skip


def test_the_guide_has_the_counts_that_were_written():
    counts = pd.read_csv(ROOT / "benchmarks/ablate_applications.csv")
    refused = counts.filter(like="refused_")
    assert (counts["layers"] == counts["removed"] + refused.sum(axis=1)).all()
    counts["the_output"] = counts["refused_output"] + counts["refused_outputs"]
    columns = ["layers", "removed", "rebuilt", "refused_shapes", "refused_nothing", "the_output"]
    whole = counts[columns].sum().tolist()
    rows = [[row["network"], str(row["image"]), *map(str, row[columns])] for _, row in counts.iterrows()]
    guide = (ROOT / "docs/guides/ablate-a-model.md").read_text(encoding="utf-8")
    table = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in guide.split("## Ten networks")[1].splitlines()
        if line.startswith("| ")
    ]
    assert table[1:] == [*rows, ["all", "", *map(str, whole)]]
    assert f"{counts['built'].sum()} of the {whole[1]} arms were built" in guide
