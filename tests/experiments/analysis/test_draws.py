"""Draws of a random design."""

from experiments.analysis.cells import cell_table
from experiments.analysis.draws import draw_table
from tests.experiments.report.results_folder import declared_study, trial_rows

FACTORS = {"learning_rate": {"min": 1e-4, "max": 1.0, "scale": "log"}, "activation": ["relu", "tanh"]}


def test_numbers_for_a_range_levels_for_a_list_and_the_best_marked() -> None:
    draws = [{"learning_rate": (place + 1) / 100, "activation": ["relu", "tanh"][place % 2]} for place in range(40)]
    trials = trial_rows(
        draws, range(2), lambda cell, seed: None if cell["learning_rate"] > 0.35 else cell["learning_rate"]
    )
    trials, study = declared_study(trials, factors=FACTORS, design="random")
    cells = cell_table(trials, study)
    rates = draw_table(cells, study, "learning_rate")
    assert rates["value"].dtype == float
    assert sorted(rates.loc[rates["top"], "value"]) == [0.32, 0.33, 0.34, 0.35]
    assert set(draw_table(cells, study, "activation")["value"]) == {"relu", "tanh"}
    assert rates["diverged"].gt(0).sum() == 5
