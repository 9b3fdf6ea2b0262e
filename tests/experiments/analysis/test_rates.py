"""Score against learning rate."""

from experiments.analysis.cells import cell_table
from experiments.analysis.rates import rate_table
from tests.experiments.report.results_folder import GRID, cells_of, declared_study, planted, trial_rows


def table(factors=GRID, factor="activation", score=planted):
    trials, study = declared_study(trial_rows(cells_of("grid", factors, {}, {}), range(3), score), factors=factors)
    return rate_table(cell_table(trials, study), study, factor)


def test_a_row_a_level_and_rate_with_the_best_marked() -> None:
    rates = table()
    assert len(rates) == 9
    assert rates["learning_rate"].tolist()[:3] == [0.0003, 0.003, 0.03]
    assert rates.loc[rates["chosen"], "learning_rate"].tolist() == [0.003] * 3
    lost = rates[rates["diverged"] > 0]
    assert lost[["level", "learning_rate"]].to_numpy().tolist() == [["sigmoid", 0.03]]


def test_rates_are_sorted_as_numbers_and_one_line_needs_no_factor() -> None:
    rates = table({"learning_rate": [1.0, 0.001, 0.1]}, None, lambda cell, seed: cell["learning_rate"] / 10)
    assert rates["learning_rate"].tolist() == [0.001, 0.1, 1.0]
    assert rates["level"].unique().tolist() == ["all"]


def test_nothing_is_chosen_where_all_diverged_and_no_rows_without_rates() -> None:
    assert not table(score=lambda *_: None)["chosen"].any()
    assert table({"activation": ["relu", "tanh"]}).empty
