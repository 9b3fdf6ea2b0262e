"""The declared comparison: which cells it is between, and at what level it is judged."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from experiments.analysis.cells import cell_table
from experiments.analysis.declared import PrimaryComparison
from experiments.analysis.primary import primary_effect, primary_pair
from tests.experiments.analysis.stretched import stretched
from tests.experiments.report.results_folder import GRID, cells_of, declared_study, planted, trial_rows

TRIALS, STUDY = declared_study(trial_rows(cells_of("grid", GRID, {}, {}), range(8), planted))
CELLS = cell_table(TRIALS, STUDY)


def asking(*compare, **changes):
    return replace(STUDY, primary_comparison=PrimaryComparison(*compare), **changes)


def scores(**levels):
    own = TRIALS[np.logical_and.reduce([TRIALS[name] == level for name, level in levels.items()])]
    return own.sort_values("seed")["validation_accuracy"].to_numpy(float)


def test_nothing_is_compared_where_nothing_is_declared():
    assert primary_pair(CELLS, STUDY).empty
    assert primary_effect(TRIALS, CELLS, STUDY).empty


@pytest.mark.parametrize(
    ("compare", "own", "reference"),
    [
        (("activation", "tanh", "relu"), ("tanh", "cross_entropy", "0.003"), ("relu", "cross_entropy", "0.003")),
        (
            ("activation", "tanh", "sigmoid", {"loss": "huber(delta=0.5)"}),
            ("tanh", "huber(delta=0.5)", "0.003"),
            ("sigmoid", "huber(delta=0.5)", "0.003"),
        ),
        (
            ("activation", "tanh", "relu", {"learning_rate": "0.03"}),
            ("tanh", "cross_entropy", "0.03"),
            ("relu", "cross_entropy", "0.03"),
        ),
        (("learning_rate", "0.03", "0.0003"), ("relu", "cross_entropy", "0.03"), ("relu", "cross_entropy", "0.0003")),
    ],
)
def test_sides_are_at_the_conditions_else_the_baseline_and_at_their_own_best_rate(compare, own, reference):
    (row,) = primary_pair(CELLS, asking(*compare)).itertuples()
    factors = list(STUDY.factors)
    found = [tuple(CELLS.set_index("cell").loc[cell, factors]) for cell in (row.cell, row.reference_cell)]
    assert found == [own, reference]
    assert (row.rate, row.reference_rate) == (own[2], reference[2])


def test_its_interval_takes_half_of_the_pages_five_per_cent():
    (row,) = primary_effect(TRIALS, CELLS, asking("activation", "tanh", "relu")).itertuples()
    pair = [scores(activation=level, loss="cross_entropy", learning_rate="0.003") for level in ("tanh", "relu")]
    test = stats.ttest_rel(*pair)
    expected = stretched(row, test, test.confidence_interval(0.975))
    assert (row.mean, row.p, row.low, row.high) == pytest.approx((np.mean(pair[0] - pair[1]), *expected))
    assert (row.outcome, row.wins) == ("better", 8)
    looks = asking("activation", "tanh", "relu", share=0.2)
    (row,) = primary_effect(TRIALS, CELLS, looks).itertuples()
    assert row.low == pytest.approx(stats.ttest_rel(*pair).confidence_interval(0.995).low)


def test_a_level_that_never_ran_is_not_run():
    for compare in (("activation", "gelu", "relu"), ("activation", "tanh", "relu", {"loss": "hinge"})):
        (row,) = primary_effect(TRIALS, CELLS, asking(*compare)).itertuples()
        assert row.outcome == "not run"


def test_a_factor_of_which_one_level_is_left_is_not_compared_with_itself():
    part = TRIALS[TRIALS["activation"] == "relu"]
    study = asking("activation", "tanh", "relu", factors=STUDY.factors | {"activation": ("relu",)})
    (row,) = primary_pair(cell_table(part, study), study).itertuples()
    assert row.cell is None
