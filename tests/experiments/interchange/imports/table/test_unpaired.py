"""Runs without seeds in common are independent samples: Welch's t, whatever the order of rows, and no untrue words."""

import random

import numpy as np
import pytest
from scipy import stats

from experiments.report.page_findings import PageFindings
from experiments.report.text.answer import answer
from experiments.results.results import read_results
from tests.experiments.interchange.imports.table.verdicts import CASES, read, verdicts

OWN = {"factors": "activation", "score": "val_acc", "seed": "seed"}


def halves(row):
    """The halves of an interval as Welch has them, without what is allowed for skew."""
    assert min(row["stretch_low"], row["stretch_high"]) >= 1
    return [(row["mean"] - row["low"]) / row["stretch_low"], (row["high"] - row["mean"]) / row["stretch_high"]]


def test_seeds_of_their_own(tmp_path):
    imported, table = verdicts(CASES / "seeds-of-their-own.csv", tmp_path, **OWN)
    assert not imported.paired
    row = table.iloc[0]
    assert (row["n"], row["outcome"]) == (8, "better")
    assert row["mean"] == pytest.approx(0.035687, abs=1e-6)
    assert halves(row) == pytest.approx([0.005587, 0.005588], abs=1e-6)
    told = answer(PageFindings(read_results(tmp_path / "read")))
    words = " ".join([told.sentence, *told.more])
    assert "tanh beats the baseline’s relu by 3.6 points" in words
    assert "trained" not in words
    assert "no score" not in words


@pytest.mark.parametrize("seed", range(3))
def test_without_seeds_the_order_of_rows_pairs_nothing(tmp_path, seed):
    generator = np.random.default_rng(seed)
    sides = {"relu": generator.normal(0.9, 0.01, 7).round(4), "tanh": generator.normal(0.92, 0.02, 5).round(4)}
    rows = [f"{name},{score}" for name, some in sides.items() for score in some]
    random.Random(seed).shuffle(rows)
    place = tmp_path / "t.csv"
    place.write_text("\n".join(["a,val_acc", *rows]))
    _, table = verdicts(place, tmp_path, factors="a", score="val_acc", baseline=["a=relu"])
    expected = stats.ttest_ind(sides["tanh"], sides["relu"], equal_var=False)
    row, interval = table.iloc[0], expected.confidence_interval(1 - 0.05 * 0.95)  # what levels may spend
    gain = sides["tanh"].mean() - sides["relu"].mean()
    assert row["mean"] == pytest.approx(gain)
    assert halves(row) == pytest.approx([gain - interval.low, interval.high - gain])


def test_one_run_each_has_no_interval(tmp_path):
    _, table = verdicts(CASES / "epoch-rows.csv", tmp_path, factors="activation", score="val_accuracy")
    row = table.iloc[0]
    assert row["mean"] == pytest.approx(0.877 - 0.9021)
    assert np.isnan([row["low"], row["high"]]).all()


def test_one_shared_seed_is_enough_to_pair_what_has_it(tmp_path):
    text = "a,seed,val_acc\nx,0,0.5\ny,0,0.6\nx,1,0.5\ny,2,0.6\n"
    assert read(tmp_path, text, seed="seed").paired
    assert not read(tmp_path, text.replace("y,0", "y,3"), seed="seed").paired
