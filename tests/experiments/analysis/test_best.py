"""Choosing the best cell, what stands beside it, and its test score."""

import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.best import (
    against_best,
    best_cell,
    best_score,
    best_test_against_baseline,
    rule_out,
)
from experiments.analysis.cells import cell_table
from tests.experiments.report.results_folder import GRID, cells_of, declared_study, planted, trial_rows


@pytest.fixture(scope="module")
def grid():
    trials, study = declared_study(trial_rows(cells_of("grid", GRID, {}, {}), range(8), planted))
    return trials, cell_table(trials, study), study


def test_the_planted_best_is_found(grid) -> None:
    _, cells, _ = grid
    best = cells[cells["cell"] == best_cell(cells)].iloc[0]
    assert (best["activation"], best["loss"], best["learning_rate"]) == ("tanh", "cross_entropy", "0.003")


def test_the_test_column_changes_nothing_but_the_reported_score(grid) -> None:
    trials, cells, study = grid
    swapped = trials.assign(test_accuracy=1 - trials["test_accuracy"])
    assert best_cell(cell_table(swapped, study)) == best_cell(cells)
    assert against_best(swapped, cell_table(swapped, study), study).equals(against_best(trials, cells, study))


def test_every_other_cell_stands_beside_the_best(grid) -> None:
    trials, cells, study = grid
    table = against_best(trials, cells, study)
    assert len(table) == len(cells) - 1
    assert set(table["reference_cell"]) == {best_cell(cells)}
    assert (table["low"] <= 0).all() and (table["high"] >= 0).all()
    assert (table["high"].eq(0) == table["apart"]).all()
    assert (table["outcome"].eq("ruled out") == table["apart"]).all()
    assert (table["within"] == (table["low"] >= -0.005)).all()


def test_what_is_shown_to_be_worse_is_ruled_out_as_well(grid) -> None:
    trials, cells, study = grid
    table = against_best(trials.head(3 * len(cells)), cells, study)
    assert not table["apart"].all()
    one, two = table.loc[~table["apart"], "cell"].head(2)
    shown = pd.DataFrame({"cell": [one], "reference_cell": [two], "outcome": ["better"]})
    found = rule_out(table, shown).set_index("cell")
    assert found.loc[two, ["apart", "high", "outcome"]].tolist() == [True, 0.0, "ruled out"]
    assert not found.loc[one, "apart"]


def test_the_score_on_the_test_set_against_scipy(grid) -> None:
    trials, cells, study = grid
    best = best_cell(cells)
    own = trials.loc[trials["cell"] == best, "test_accuracy"]
    row = best_score(trials, study, best, "test_accuracy").iloc[0]
    expected = stats.t.interval(0.95, len(own) - 1, own.mean(), stats.sem(own))
    assert (row["low"], row["high"]) == pytest.approx(expected)


def test_over_the_baseline_on_the_test_set_against_scipy(grid) -> None:
    trials, cells, study = grid
    row = best_test_against_baseline(trials, cells, study).iloc[0]
    scores = trials.pivot(index="seed", columns="cell", values="test_accuracy")
    one, two = (scores[row[side]] for side in ("cell", "reference_cell"))
    chosen_among = cells["rank"].notna().sum() - 1
    expected = stats.ttest_rel(one, two).confidence_interval(1 - 0.05 / chosen_among)
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))
    shown = trials["cell"].isin([row["cell"], row["reference_cell"]])
    spoilt = trials.assign(test_accuracy=trials["test_accuracy"].where(shown))
    assert best_test_against_baseline(spoilt, cells, study).iloc[0].equals(row), "no other cell's score is read"


def test_none_without_scores() -> None:
    trials, study = declared_study(trial_rows(cells_of("grid", GRID, {}, {}), range(2), lambda *_: None))
    cells = cell_table(trials, study)
    assert best_cell(cells) is None
    assert best_test_against_baseline(trials, cells, study).empty
