"""Scores as a matrix, and the seeds on which all cells can be ranked."""

import numpy as np

from experiments.analysis.scores import common_seeds, score_matrix, status_matrix
from tests.experiments.report.results_folder import declared_study, trial_rows

CELLS = [{"activation": "relu"}, {"activation": "tanh"}]


def seeds_of(trials, **manifest):
    return common_seeds(*declared_study(trials, **manifest))


def test_matrix_holds_ok_scores_only() -> None:
    trials = trial_rows(
        CELLS, range(3), lambda cell, seed: None if (cell["activation"], seed) == ("tanh", 1) else seed / 10
    )
    matrix = score_matrix(trials, "validation_accuracy")
    assert matrix.loc["c0000"].tolist() == [0.0, 0.1, 0.2]
    assert np.isnan(matrix.loc["c0001", 1])
    assert status_matrix(trials, "diverged").to_numpy().sum() == 1


def test_a_divergence_is_an_outcome_a_crash_and_a_gap_are_not() -> None:
    outcomes = {("relu", 1): None, ("tanh", 2): "failed"}
    trials = trial_rows(CELLS, range(4), lambda cell, seed: outcomes.get((cell["activation"], seed), 0.5))
    assert seeds_of(trials) == [0, 1, 3]
    assert seeds_of(trials.iloc[:-1]) == [0, 1]


def test_all_seeds_where_few_are_common() -> None:
    trials = trial_rows(
        CELLS, range(5), lambda cell, seed: "failed" if cell["activation"] == "tanh" and seed > 1 else 0.5
    )
    assert seeds_of(trials) == [0, 1, 2, 3, 4]


def test_a_cell_that_always_crashes_takes_no_seed_away() -> None:
    trials = trial_rows(CELLS, range(3), lambda cell, seed: "failed" if cell["activation"] == "tanh" else 0.5)
    assert seeds_of(trials) == [0, 1, 2]


def test_no_trials() -> None:
    assert seeds_of(trial_rows(CELLS, [], lambda *_: 0.5)) == []


def test_all_seeds_where_equal_seeds_share_nothing() -> None:
    trials = trial_rows(CELLS, range(4), lambda *_: 0.5).iloc[:-1]
    assert seeds_of(trials) == [0, 1, 2]
    assert seeds_of(trials, imported={"paired": False}) == [0, 1, 2, 3]
