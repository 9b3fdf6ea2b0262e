"""The interval against scipy, its level, and values without spread."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.intervals import intervals


@pytest.mark.parametrize("comparisons", [1, 3, 40])
@pytest.mark.parametrize("n", [2, 5, 20])
def test_agrees_with_scipy(comparisons: int, n: int) -> None:
    values = np.random.default_rng([n, comparisons]).normal(0.3, 1.0, n)
    row = intervals(pd.DataFrame([values]), comparisons).iloc[0]
    expected = stats.ttest_1samp(values, 0).confidence_interval(1 - 0.05 / comparisons)
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high), rel=1e-10)
    assert row["mean"] == pytest.approx(values.mean())
    assert row["sd"] == pytest.approx(values.std(ddof=1))
    assert row["kind"] == "interval"


def test_rows_with_unequal_seeds_each_use_their_own() -> None:
    table = intervals(pd.DataFrame([[1.0, 2.0, 4.0], [1.0, np.nan, 4.0]]))
    assert table["n"].tolist() == [3, 2]
    alone = intervals(pd.DataFrame([[1.0, 4.0]]))
    assert table.loc[1, ["low", "high"]].tolist() == pytest.approx(alone.loc[0, ["low", "high"]].tolist())


def test_no_seed_and_one_seed_have_no_interval() -> None:
    table = intervals(pd.DataFrame([[np.nan, np.nan], [0.5, np.nan]]))
    assert table["kind"].tolist() == ["none", "one seed"]
    assert table[["low", "high"]].isna().all(axis=None)
    assert table["mean"].iloc[1] == 0.5


def test_zero_on_every_seed_is_identical_also_with_rounding_errors() -> None:
    table = intervals(pd.DataFrame([[0.0, 0.0], [1e-9, -1e-9]]), sizes=np.array([0.9, 0.9]))
    assert table["kind"].tolist() == ["identical"] * 2
    assert (table[["mean", "low", "high"]] == 0).all(axis=None)


def test_a_constant_has_an_interval_only_where_equal_signs_would_be_rare() -> None:
    few, many = (intervals(pd.DataFrame([[0.5] * n])).iloc[0] for n in (3, 6))
    assert few["kind"] == many["kind"] == "constant"
    assert np.isnan(few["low"])
    assert (many["low"], many["high"]) == (0.5, 0.5)
    corrected = intervals(pd.DataFrame([[0.5] * 6]), comparisons=10).iloc[0]
    assert np.isnan(corrected["low"])


def test_small_scores_are_not_taken_for_rounding() -> None:
    row = intervals(pd.DataFrame([[1e-8, 2e-8, 3e-8]]), sizes=np.array([1e-6])).iloc[0]
    assert row["kind"] == "interval"


COLUMNS = ["n", "mean", "sd", "error", "degrees", "p", "low", "high", "kind"]


def test_no_rows() -> None:
    assert intervals(pd.DataFrame(np.empty((0, 4)))).empty
    assert list(intervals(pd.DataFrame(np.empty((0, 0)))).columns) == COLUMNS


def test_covers_the_truth_as_often_as_it_says() -> None:
    values = pd.DataFrame(np.random.default_rng(7).normal(0.0, 1.0, (4000, 5)))
    table = intervals(values)
    covered = ((table["low"] <= 0) & (table["high"] >= 0)).mean()
    assert 0.94 < covered < 0.96
