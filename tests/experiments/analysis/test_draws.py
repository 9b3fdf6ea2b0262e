"""Draws of a random design."""

import pytest

from experiments.analysis.cells import cell_table
from experiments.analysis.draws import draw_table, position_table
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


PLACED = {
    "learning_rate": {"min": 1e-4, "max": 1.0, "scale": "log"},
    "dropout": {"min": 0.0, "max": 0.5, "scale": "linear"},
    "activation": ["relu", "tanh"],
}


def test_places_follow_each_range_s_own_scale() -> None:
    draws = [
        {"learning_rate": 1e-4, "dropout": 0.0, "activation": "relu"},
        {"learning_rate": 0.01, "dropout": 0.125, "activation": "tanh"},
        {"learning_rate": 1.0, "dropout": 0.5, "activation": "tanh"},
        {"learning_rate": 0.5, "dropout": 0.5, "activation": "tanh"},
    ]
    trials = trial_rows(draws, [0], lambda cell, _: None if cell["learning_rate"] == 0.5 else 0.9)
    trials, study = declared_study(trials, factors=PLACED, design="random")
    table = position_table(cell_table(trials, study), study)
    found = table.pivot(index="cell", columns="factor", values="place")
    assert list(found["learning_rate"]) == pytest.approx([0, 0.5, 1])
    assert list(found["dropout"]) == pytest.approx([0, 0.25, 1])
    assert list(found["activation"]) == pytest.approx([0.25, 0.75, 0.75])
    assert "c0003" not in found.index, "a draw without a score"
