"""Ranks over tasks, against the worked example of Demšar (2006) to its printed digits, SciPy and scikit-posthocs."""

import itertools

import numpy as np
import pandas as pd
import pytest
import scikit_posthocs
from scipy import stats

from experiments.analysis.ranks import critical_difference, friedman, rank_table, task_ranks

# J. Demšar, JMLR 7 (2006), table 6: areas under the ROC curve of four classifiers on fourteen data sets.
# Two scores of the last row but one are printed as .975, with the ranks 2 and 3: one is smaller by what printing cuts.
DEMSAR = pd.DataFrame(
    {
        "C4.5": [0.763, 0.599, 0.954, 0.628, 0.882, 0.936, 0.661, 0.583, 0.775, 1.0, 0.940, 0.619, 0.972, 0.957],
        "C4.5+m": [0.768, 0.591, 0.971, 0.661, 0.888, 0.931, 0.668, 0.583, 0.838, 1.0, 0.962, 0.666, 0.981, 0.978],
        "C4.5+cf": [0.771, 0.590, 0.968, 0.654, 0.886, 0.916, 0.609, 0.563, 0.866, 1.0, 0.965, 0.614, 0.975, 0.946],
        "C4.5+m+cf": [0.798, 0.569, 0.967, 0.657, 0.898, 0.931, 0.685, 0.625, 0.875, 1.0, 0.962, 0.669, 0.9749, 0.970],
    }
)


def test_demsars_example_to_its_printed_digits():
    ranks = task_ranks(DEMSAR)
    assert [f"{mean:.3f}" for mean in ranks.mean()] == ["3.143", "2.000", "2.893", "1.964"]
    chi, p = friedman(ranks)
    # the paper has 9.28 without a correction for ties; three tasks have one each
    ties = sum((count**3 - count) for row in ranks.to_numpy() for count in np.unique(row, return_counts=True)[1])
    assert f"{chi * (1 - ties / (14 * 4 * 15)):.2f}" == "9.28"
    assert 0.01 < p < 0.05
    assert f"{critical_difference(4, 14):.2f}" == "1.25"
    table = rank_table(ranks).set_index("level")
    assert list(table.index) == ["C4.5+m+cf", "C4.5+m", "C4.5+cf", "C4.5"]
    # at 0.05 Nemenyi's test finds none of them apart (the paper's smallest gap needed is 1.25, the largest here 1.18)
    assert not any(table["apart_from"])


@pytest.mark.parametrize("digits", [9, 0])
def test_agrees_with_scipy_with_and_without_ties(digits):
    scores = pd.DataFrame(np.random.default_rng(0).normal(size=(9, 5)).round(digits))
    chi, p = friedman(task_ranks(scores))
    expected = stats.friedmanchisquare(*scores.to_numpy().T)
    assert chi == pytest.approx(expected.statistic)
    assert p == pytest.approx(expected.pvalue, abs=0.05)
    assert friedman(task_ranks(scores)) == (chi, p)


def test_all_permutations_of_few_tasks_are_counted():
    scores = pd.DataFrame({"a": [3, 3, 2.0], "b": [2, 2, 3.0], "c": [1, 1, 2.0]})
    ranks = task_ranks(scores).to_numpy()
    seen = [
        np.var(sum(dealt))
        for dealt in itertools.product(*(list(map(np.array, itertools.permutations(row))) for row in ranks))
    ]
    expected = np.mean(np.array(seen) >= np.var(ranks.sum(axis=0)) - 1e-9)
    assert friedman(task_ranks(scores))[1] == pytest.approx(expected)


@pytest.mark.parametrize("tasks", [4, 5, 6, 8, 12])
def test_two_levels_are_told_apart_by_an_exact_sign_test(tasks):
    """Over all outcomes of tasks on which two levels are equally good, at most 5 % tell them apart."""
    false = 0.0
    for wins in range(tasks + 1):
        scores = pd.DataFrame({"a": [1.0] * wins + [0.0] * (tasks - wins), "b": 0.5})
        ranks = task_ranks(scores)
        p = friedman(ranks)[1]
        assert p == pytest.approx(stats.binomtest(wins, tasks).pvalue)
        assert bool(rank_table(ranks)["apart_from"].iloc[0]) == (p <= 0.05)
        false += stats.binom.pmf(wins, tasks, 0.5) * (p <= 0.05)
    assert false <= 0.05


def test_levels_that_never_differ_are_not_apart():
    ranks = task_ranks(pd.DataFrame({"a": [0.5] * 6, "b": [0.5] * 6}))
    assert friedman(ranks) == (0.0, 1.0)
    assert not any(rank_table(ranks)["apart_from"])


def test_who_is_apart_is_what_scikit_posthocs_finds():
    generator = np.random.default_rng(1)
    scores = pd.DataFrame(generator.normal(size=(12, 5)) + np.arange(5) * 1.2)
    table = rank_table(task_ranks(scores)).set_index("level")
    found = scikit_posthocs.posthoc_nemenyi_friedman(scores.to_numpy())
    assert any(table["apart_from"])
    for level in table.index:
        assert set(table.loc[level, "apart_from"]) == set(found.index[found[level] <= 0.05]) - {level}


def test_direction_ties_and_what_did_not_train():
    scores = pd.DataFrame({"a": [0.1, 0.2, np.nan], "b": [0.1, 0.3, 0.5]})
    assert task_ranks(scores, -1).to_numpy().tolist() == [[1.5, 1.5], [1, 2], [2, 1]]
    table = rank_table(task_ranks(scores, -1)).set_index("level")
    assert table["best_on"].to_dict() == {"a": 2, "b": 2}


def test_one_task_or_level_says_nothing():
    assert all(map(np.isnan, friedman(task_ranks(DEMSAR.head(1)))))
    assert all(map(np.isnan, friedman(task_ranks(DEMSAR[["C4.5"]]))))
