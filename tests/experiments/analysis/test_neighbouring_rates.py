"""Comparisons one step from the tuned rates."""

import pytest

from experiments.analysis.cells import cell_table
from experiments.analysis.effects import effects
from experiments.analysis.neighbouring_rates import neighbouring_rates
from tests.experiments.report.results_folder import cells_of, declared_study, trial_rows

FACTORS = {"activation": ["relu", "tanh"], "learning_rate": [0.001, 0.01, 0.1]}
BEST = {"relu": 0.01, "tanh": 0.1}  # the second at the end of those tried
GAIN = {0.001: -0.02, 0.01: 0.01, 0.1: 0.03}


def score(cell, seed):
    """tanh gains with its rate, relu is best in the middle; a little of each seed's own."""
    rate, noise = cell["learning_rate"], ((seed * 7919) % 11) / 10_000
    own = GAIN[rate] + noise if cell["activation"] == "tanh" else -0.005 * abs([0.001, 0.01, 0.1].index(rate) - 1)
    return 0.9 + seed / 1000 + own


def test_both_sides_move_one_step_and_the_ends_have_no_further() -> None:
    trials, study = declared_study(trial_rows(cells_of("grid", FACTORS, {}, {}), range(8), score), factors=FACTORS)
    cells = cell_table(trials, study)
    table = effects(trials, cells, study)
    (row,) = neighbouring_rates(trials, cells, study, table).itertuples()
    assert (row.factor, row.level) == ("activation", "tanh")
    scores = trials.groupby(["activation", "learning_rate"])["validation_accuracy"].mean()
    lower = scores["tanh", "0.01"] - scores["relu", "0.001"]  # from 0.1 and 0.01, one down each
    assert (row.lower_mean, row.lower_outcome) == (pytest.approx(lower), "better")
    assert (row.higher_outcome, row.higher_mean) == ("no such rate", pytest.approx(float("nan"), nan_ok=True))


def test_nothing_is_moved_where_no_rate_was_tuned() -> None:
    factors = {"activation": ["relu", "tanh"]}
    trials, study = declared_study(
        trial_rows(cells_of("grid", factors, {}, {}), range(3), lambda cell, seed: 0.9 + seed / 100), factors=factors
    )
    cells = cell_table(trials, study)
    assert neighbouring_rates(trials, cells, study, effects(trials, cells, study)).empty
