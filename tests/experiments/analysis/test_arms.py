"""Which cell stands for some levels."""

import pytest

from experiments.analysis.arms import arm, exact, reference_cell
from experiments.analysis.cells import cell_table
from tests.experiments.report.results_folder import GRID, cells_of, declared_study, planted, trial_rows


@pytest.fixture(scope="module")
def grid():
    trials, study = declared_study(trial_rows(cells_of("grid", GRID, {}, {}), range(4), planted))
    return cell_table(trials, study).set_index("cell", drop=False), study


def test_an_arm_takes_its_own_best_rate_and_the_baseline_elsewhere(grid) -> None:
    cells, study = grid
    one = cells.loc[arm(cells, study, {"activation": "sigmoid"})]
    assert (one["loss"], one["learning_rate"]) == ("cross_entropy", "0.003")


def test_a_given_rate_is_kept(grid) -> None:
    cells, study = grid
    assert cells.loc[arm(cells, study, {"learning_rate": "0.03"}), "learning_rate"] == "0.03"


def test_exact_leaves_the_rate_at_the_baseline(grid) -> None:
    cells, study = grid
    assert cells.loc[exact(cells, study, {"activation": "tanh"}), "learning_rate"] == "0.0003"


def test_none_where_it_did_not_run(grid) -> None:
    cells, study = grid
    few = cells[cells["activation"] != "tanh"]
    assert arm(few, study, {"activation": "tanh"}) is None
    assert exact(few, study, {"activation": "tanh"}) is None


def test_the_reference_is_tuned_only_where_the_rate_is_one_of_several_factors(grid) -> None:
    cells, study = grid
    assert cells.loc[reference_cell(cells, study), "learning_rate"] == "0.003"
    factors = {"learning_rate": GRID["learning_rate"]}
    trials, alone = declared_study(trial_rows(cells_of("grid", factors, {}, {}), range(3), planted), factors=factors)
    cells = cell_table(trials, alone).set_index("cell", drop=False)
    assert cells.loc[reference_cell(cells, alone), "learning_rate"] == "0.0003"
