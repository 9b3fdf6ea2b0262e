"""Two cells compared seed by seed."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.pairs import compare, seed_gains
from tests.experiments.report.results_folder import declared_study, trial_rows

CELLS = [{"activation": "relu"}, {"activation": "tanh"}]
PAIR = pd.DataFrame({"cell": ["c0001"], "reference_cell": ["c0000"]})


def compared(relu, tanh, comparisons=1, **manifest):
    trials, study = declared_study(
        trial_rows(CELLS, range(len(relu)), lambda cell, seed: {"relu": relu, "tanh": tanh}[cell["activation"]][seed]),
        factors={"activation": ["relu", "tanh"]}, **manifest,
    )  # fmt: skip
    return compare(trials, PAIR, study, comparisons).iloc[0]


@pytest.mark.parametrize("comparisons", [1, 7])
def test_agrees_with_scipys_paired_t(comparisons: int) -> None:
    draws = np.random.default_rng(3).normal(0.9, 0.02, (2, 10))
    row = compared(*draws, comparisons=comparisons)
    expected = stats.ttest_rel(draws[1], draws[0]).confidence_interval(1 - 0.05 / comparisons)
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))
    assert row["wins"] == (draws[1] > draws[0]).sum()


def test_lower_scores_gain_where_lower_is_better() -> None:
    row = compared([0.5, 0.6, 0.7, 0.8], [0.31, 0.4, 0.5, 0.61], direction="min")
    assert row["mean"] == pytest.approx(0.195)
    assert row["outcome"] == "better"


def test_a_diverged_seed_loses_but_is_in_no_mean() -> None:
    row = compared([0.5, 0.6, 0.7, 0.8, None], [None, 0.7, 0.8, 0.89, 0.9])
    assert (row["n"], row["runs"], row["wins"], row["losses"]) == (3, 5, 4, 1)
    assert (row["diverged"], row["reference_diverged"]) == (1, 1)
    assert row["where_both_train"]


def test_a_rare_failure_does_not_qualify_the_comparison() -> None:
    scores = list(np.linspace(0.5, 0.6, 20))
    assert not compared([None, *scores[1:]], scores)["where_both_train"]
    assert compared([None, None, *scores[2:]], scores)["where_both_train"]


def test_mcnemar_qualifies_it_below_ten_percent_too() -> None:
    scores = [0.5 + seed / 1000 for seed in range(100)]
    row = compared([None] * 6 + scores[6:], scores)
    assert stats.binomtest(0, 6).pvalue < 0.05
    assert row["where_both_train"]
    assert not compared([None] * 5 + scores[5:], scores)["where_both_train"]


def test_a_crash_drops_the_pair() -> None:
    row = compared([0.5, 0.6, "failed"], [0.7, 0.75, 0.9])
    assert (row["n"], row["runs"], row["wins"]) == (2, 2, 2)


@pytest.mark.parametrize(
    ("relu", "tanh", "outcome"),
    [
        ([0.5, 0.6], [0.5, 0.6], "identical"), ([0.5], [0.6], "one seed"),
        ([None] * 3, [0.5] * 3, "no scores to compare"),
        (["failed"] * 3, [0.5] * 3, "not run"), ([0.5, 0.6, 0.7], [0.9, 0.99, 1.1], "better"),
        ([0.9, 0.99, 1.1], [0.5, 0.6, 0.7], "worse"), ([0.5, 0.6, 0.7], [0.6, 0.5, 0.72], "not told apart"),
    ],
)  # fmt: skip
def test_outcomes(relu, tanh, outcome: str) -> None:
    assert compared(relu, tanh)["outcome"] == outcome


NEAR = [0.900, 0.910, 0.920, 0.905, 0.915]


@pytest.mark.parametrize(
    ("gains", "outcome"),
    [
        ([0.001, 0.0, 0.002, 0.001, 0.0], "no practical difference"),  # although it leaves out 0 at m = 1
        ([0.004, 0.003, 0.006, 0.003, 0.004], "better"),  # reaches beyond half a point
        ([-0.02, 0.02, 0.01, -0.01, 0.0], "not told apart"),
    ],
)
def test_a_difference_within_the_smallest_of_interest_is_none_in_practice(gains, outcome) -> None:
    row = compared(NEAR, [one + gain for one, gain in zip(NEAR, gains, strict=True)])
    assert (row["outcome"], row["delta"]) == (outcome, pytest.approx(0.005))


def test_float32_rounding_is_identical_even_beside_huge_scores() -> None:
    row = compared([0.25, 0.5], [0.25 + 1e-9, 0.5 - 1e-9])
    assert (row["outcome"], row["wins"], row["losses"]) == ("identical", 0, 0)
    scores = {"relu": [0.5, 0.5, 0.5], "tanh": [0.6, 0.61, 0.62], "gelu": [1e9] * 3}
    trials = trial_rows([*CELLS, {"activation": "gelu"}], range(3), lambda cell, seed: scores[cell["activation"]][seed])
    trials, study = declared_study(trials, factors={"activation": list(scores)})
    assert compare(trials, PAIR, study, 1).iloc[0]["outcome"] == "better"


def test_missing_cells_and_no_pairs() -> None:
    trials, study = declared_study(
        trial_rows(CELLS, range(3), lambda *_: 0.5), factors={"activation": ["relu", "tanh"]}
    )
    missing = pd.DataFrame({"cell": [None], "reference_cell": ["c0000"]}, dtype=object)
    assert compare(trials, missing, study, 1)["outcome"].tolist() == ["not run"]
    assert compare(trials, PAIR.iloc[:0], study, 0).empty


def test_gains_by_seed() -> None:
    tanh = [0.5, None, 0.7]
    trials = trial_rows(CELLS, range(3), lambda cell, seed: 0.5 if cell["activation"] == "relu" else tanh[seed])
    trials, study = declared_study(trials, factors={"activation": ["relu", "tanh"]})
    table = seed_gains(trials, PAIR, study)
    assert table["seed"].tolist() == [0, 2]
    assert table["gain"].tolist() == pytest.approx([0.0, 0.2])
