"""Comparison with the best: against its formula written out, and against the truth in simulations."""

import os

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.hsu import compare_with_best

DRAWS = 2000 if os.environ.get("EQUALITY") == "all" else 60


def by_hand(scores: np.ndarray, rate: float) -> list[tuple[float, float]]:
    """Hsu's constrained intervals, pair by pair, each by its own one-sided paired t."""
    count = len(scores)

    def bound(i, j):
        gap = scores[i] - scores[j]
        return gap.mean() + stats.t.ppf(1 - rate / (count - 1), len(gap) - 1) * stats.sem(gap)

    high = [max(0.0, min(bound(i, j) for j in range(count) if j != i)) for i in range(count)]
    left = [i for i in range(count) if high[i] > 0]
    low = [
        0.0 if left == [i] else min(0.0, *(-bound(j, i) for j in left if j != i)) if left != [i] else 0.0
        for i in range(count)
    ]
    return list(zip(low, high, strict=True))


@pytest.mark.parametrize("spread", [0.0, 1.0, 4.0])
def test_agrees_with_the_formula(spread) -> None:
    generator = np.random.default_rng([1, int(spread)])
    scores = spread * generator.normal(size=(7, 1)) + generator.normal(size=(7, 6)) * generator.uniform(1, 2, (7, 1))
    found = compare_with_best(scores, 0.05)
    assert found[["low", "high"]].to_numpy() == pytest.approx(np.array(by_hand(scores, 0.05)))
    assert found["apart"].tolist() == (found["high"] == 0).tolist()


def test_two_cells_are_one_one_sided_comparison() -> None:
    scores = np.random.default_rng(2).normal([[0.5], [0.0]], 1.0, (2, 9))
    found = compare_with_best(scores, 0.05)
    interval = stats.ttest_rel(*scores).confidence_interval(0.90)
    assert found.loc[0, "high"] == pytest.approx(interval.high)
    assert found.loc[1, "low"] == pytest.approx(-interval.high)
    assert found.loc[1, "apart"] == (interval.low > 0)


def test_without_seeds_in_common_it_is_welchs_t() -> None:
    generator = np.random.default_rng(3)
    scores = np.full((2, 12), np.nan)
    scores[0, :5], scores[1, 5:] = generator.normal(1, 1, 5), generator.normal(0, 3, 7)
    interval = stats.ttest_ind(scores[0, :5], scores[1, 5:], equal_var=False).confidence_interval(0.90)
    assert compare_with_best(scores, 0.05).loc[0, "high"] == pytest.approx(interval.high)
    shared = generator.normal(size=(2, 6))
    interval = stats.ttest_ind(*shared, equal_var=False).confidence_interval(0.90)
    assert compare_with_best(shared, 0.05, paired=False).loc[0, "high"] == pytest.approx(max(interval.high, 0))


def test_where_no_spread_is_known_nothing_is_ruled_out() -> None:
    found = compare_with_best(np.array([[3.0], [2.0], [1.0]]), 0.05)
    assert not found["apart"].any()
    assert np.isinf(found[["low", "high"]]).all(axis=None)
    assert compare_with_best(np.array([[3.0, 2.0]]), 0.05).to_numpy().tolist() == [[0.0, np.inf, False]]


def test_identical_cells_may_both_be_the_best() -> None:
    same = np.array([[0.5, 0.6, 0.7]] * 2 + [[0.1, 0.21, 0.3]])
    found = compare_with_best(same, 0.05)
    assert found["apart"].tolist() == [False, False, True]
    assert found["high"].tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("cells", [4, 12])
@pytest.mark.parametrize("truth", ["all alike", "one ahead", "steps"])
def test_all_of_it_holds_at_once(cells, truth) -> None:
    """Of data sets, at least 95 % have the truth in every interval, around a best that was chosen on them."""
    means = {"all alike": np.zeros(cells), "one ahead": np.eye(cells)[0], "steps": -0.5 * np.arange(cells)}[truth]
    others = np.array([np.delete(means, i).max() for i in range(cells)])
    missed = 0
    for draw in range(DRAWS):
        scores = means[:, None] + np.random.default_rng([4, cells, draw]).normal(size=(cells, 6))
        order = np.argsort(-scores.mean(axis=1), kind="stable")
        found = compare_with_best(scores[order], 0.05)
        true = (means - others)[order]
        missed += bool((true < found["low"] - 1e-12).any() or (true > found["high"] + 1e-12).any())
    assert stats.binom.sf(missed - 1, DRAWS, 0.05) > 0.001


def test_long_tails_of_a_level_make_its_intervals_longer() -> None:
    generator = np.random.default_rng(5)
    levels = pd.DataFrame({"a": np.repeat(["a0", "a1"], 4), "b": [*"wxyz"] * 2})
    scores = generator.normal(size=(8, 10))
    scores[4:] = 3 * (np.exp(0.5) - generator.lognormal(size=(4, 10)))
    plain, longer = compare_with_best(scores, 0.05), compare_with_best(scores, 0.05, levels=levels)
    assert (longer["low"] <= plain["low"]).all() and (longer["high"] >= plain["high"]).all()
    assert (longer["low"] < 1.2 * plain["low"]).any()
