"""Pairs of levels."""

import pytest

from experiments.analysis.cells import cell_table
from experiments.analysis.two_factors import two_factor_table
from tests.experiments.report.results_folder import GRID, cells_of, declared_study, planted, trial_rows


def test_each_pair_at_its_best_rate() -> None:
    trials, study = declared_study(trial_rows(cells_of("grid", GRID, {}, {}), range(3), planted))
    table = two_factor_table(cell_table(trials, study), study, "activation", "loss").set_index(["row", "column"])
    own = trials[
        (trials["activation"] == "tanh") & (trials["loss"] == "cross_entropy") & (trials["learning_rate"] == "0.003")
    ]
    assert table.loc[("tanh", "cross_entropy"), "mean"] == pytest.approx(own["validation_accuracy"].mean())
    assert len(table) == 6


def test_pairs_that_did_not_run_are_empty() -> None:
    cells = [cell for cell in cells_of("grid", GRID, {}, {}) if cell["activation"] != "tanh"]
    trials, study = declared_study(trial_rows(cells, range(3), planted))
    table = two_factor_table(cell_table(trials, study), study, "activation", "loss").set_index("row")
    assert (table.loc["tanh", "runs"] == 0).all()
    assert table.loc["tanh", "mean"].isna().all()
