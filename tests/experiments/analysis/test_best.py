"""Choosing the best cell, what stands beside it, and its test score."""

import numpy as np
import pytest
from scipy import stats

from experiments.analysis.best import (
    against_best,
    best_against_baseline,
    best_cell,
    best_score,
    best_test_against_baseline,
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


def test_others_are_compared_in_pairs_at_the_corrected_level(grid) -> None:
    trials, cells, study = grid
    table = against_best(trials, cells, study)
    assert len(table) == len(cells) - 1
    row = table.iloc[2]
    scores = trials.pivot(index="seed", columns="cell", values="validation_accuracy")
    expected = stats.ttest_rel(scores[row["cell"]], scores[row["reference_cell"]]).confidence_interval(
        1 - 0.05 / len(table)
    )
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))


def test_over_the_baseline_at_its_best_rate(grid) -> None:
    trials, cells, study = grid
    row = best_against_baseline(trials, cells, study).iloc[0]
    reference = cells[cells["cell"] == row["reference_cell"]].iloc[0]
    assert (reference["activation"], reference["learning_rate"]) == ("relu", "0.003")
    assert row["mean"] == pytest.approx(0.02, abs=0.005)


def test_nothing_over_the_baseline_where_it_is_the_best() -> None:
    trials, study = declared_study(
        trial_rows(cells_of("grid", GRID, {}, {}), range(3), planted), baseline={"activation": "tanh"}
    )
    assert best_against_baseline(trials, cell_table(trials, study), study).empty


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
    expected = stats.ttest_rel(one, two).confidence_interval(0.95)
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))
    shown = trials["cell"].isin([row["cell"], row["reference_cell"]])
    spoilt = trials.assign(test_accuracy=trials["test_accuracy"].where(shown))
    assert best_test_against_baseline(spoilt, cells, study).iloc[0].equals(row), "no other cell's score is read"


def test_none_without_scores() -> None:
    trials, study = declared_study(trial_rows(cells_of("grid", GRID, {}, {}), range(2), lambda *_: None))
    cells = cell_table(trials, study)
    assert best_cell(cells) is None
    assert best_against_baseline(trials, cells, study).empty
    assert best_test_against_baseline(trials, cells, study).empty


def test_the_truly_best_is_kept_and_null_grids_hardly_find_anything() -> None:
    """120 grids of 6 cells: one truly best in half of them, none in the others."""
    factors = {"activation": list("abcdef")}
    cells_ = [{"activation": one} for one in "abcdef"]
    dropped = found = 0
    for draw in range(120):
        noise = np.random.default_rng([11, draw]).normal(0, 0.01, (6, 5))
        noise[3] += 0.005 * (draw % 2)
        trials, study = declared_study(
            trial_rows(
                cells_, range(5), lambda cell, seed, noise=noise: noise["abcdef".index(cell["activation"]), seed]
            ),
            factors=factors,
        )
        cells = cell_table(trials, study)
        table = against_best(trials, cells, study).set_index("cell")
        if draw % 2:
            dropped += bool("c0003" in table.index and table.loc["c0003", "apart"])
        else:
            found += (best_against_baseline(trials, cells, study)["outcome"] == "better").any()
    assert stats.binomtest(dropped, 60, 0.05, alternative="greater").pvalue > 0.01
    assert stats.binomtest(int(found), 60, 0.05, alternative="greater").pvalue > 0.01
