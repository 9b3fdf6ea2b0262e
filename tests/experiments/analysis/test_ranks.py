"""Ranks over tasks, against the worked example of Demšar (2006) to its printed digits, SciPy and scikit-posthocs."""

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
        "C4.5": [.763, .599, .954, .628, .882, .936, .661, .583, .775, 1.0, .940, .619, .972, .957],
        "C4.5+m": [.768, .591, .971, .661, .888, .931, .668, .583, .838, 1.0, .962, .666, .981, .978],
        "C4.5+cf": [.771, .590, .968, .654, .886, .916, .609, .563, .866, 1.0, .965, .614, .975, .946],
        "C4.5+m+cf": [.798, .569, .967, .657, .898, .931, .685, .625, .875, 1.0, .962, .669, .9749, .970],
    }
)  # fmt: skip


def test_demsars_example_to_its_printed_digits():
    ranks = task_ranks(DEMSAR)
    assert [f"{one:.3f}" for one in ranks.mean()] == ["3.143", "2.000", "2.893", "1.964"]
    chi, f, p = friedman(ranks)
    assert (f"{chi:.2f}", f"{f:.2f}") == ("9.28", "3.69")
    assert p < 0.05
    assert f"{critical_difference(4, 14):.2f}" == "1.25"
    table = rank_table(ranks).set_index("level")
    assert list(table.index) == ["C4.5+m+cf", "C4.5+m", "C4.5+cf", "C4.5"]
    # at 0.05 Nemenyi's test finds none of them apart (the paper's smallest gap needed is 1.25, the largest here 1.18)
    assert not any(table["apart_from"])


def test_agrees_with_scipy_where_there_are_no_ties():
    scores = pd.DataFrame(np.random.default_rng(0).normal(size=(9, 5)))
    chi, _, _ = friedman(task_ranks(scores))
    assert chi == pytest.approx(stats.friedmanchisquare(*scores.to_numpy().T).statistic)


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
