"""How a search went: the best so far, in the order of the proposals."""

import pandas as pd
import pytest

from experiments.analysis.budget import budget_table
from experiments.analysis.cells import cell_table
from tests.experiments.report.results_folder import declared_study, trial_rows

SCORES = [0.6, 0.8, None, 0.7, 0.9]


def table(order, direction="max"):
    cells = [{"learning_rate": rate} for rate in (0.1, 0.2, 0.3, 0.4, 0.5)]
    trials = trial_rows(cells, [0, 1], lambda cell, seed: SCORES[round(cell["learning_rate"] * 10) - 1])
    trials, study = declared_study(trials, design="random", factors={"learning_rate": [0.1]}, direction=direction)
    object.__setattr__(study, "proposed", tuple(f"c{place:04}" for place in order))
    return budget_table(cell_table(trials, study), study, trials)


def test_the_best_so_far_in_the_order_of_proposals():
    found = table([2, 0, 1, 3, 4])
    assert found["place"].tolist() == [1, 2, 3, 4, 5]
    assert found["mean"].tolist() == pytest.approx([float("nan"), 0.6, 0.8, 0.7, 0.9], nan_ok=True)
    assert found["best"].tolist() == pytest.approx([float("nan"), 0.6, 0.8, 0.8, 0.9], nan_ok=True)


def test_less_is_better_where_the_metric_says_so():
    assert table([4, 1, 0, 3], "min")["best"].tolist() == pytest.approx([0.9, 0.8, 0.6, 0.6])


def test_a_study_that_is_no_search_has_none():
    assert table([]).empty
    assert isinstance(table([]), pd.DataFrame)
