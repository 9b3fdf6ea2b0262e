"""What a level does with each level of another factor."""

import itertools

import numpy as np
import pytest

from experiments.analysis.cells import cell_table
from experiments.analysis.simple_effects import simple_effects, turning
from tests.experiments.report.results_folder import declared_study, trial_rows

FACTORS = {"activation": ["relu", "tanh"], "loss": ["a", "b", "c"], "learning_rate": [0.01, 0.1]}


def found(effect, spread=0.002, factors=FACTORS, **manifest):
    cells = [dict(zip(factors, levels, strict=True)) for levels in itertools.product(*factors.values())]
    noise = np.random.default_rng(0)
    trials = trial_rows(cells, range(8), lambda cell, seed: 0.9 + effect(cell) + noise.normal(0, spread))
    trials, study = declared_study(trials, factors=factors, **manifest)
    return simple_effects(trials, cell_table(trials, study), study)


def turned(cell):
    gain = {"a": 0.03, "b": -0.03, "c": 0.0}[cell["loss"]] if cell["activation"] == "tanh" else 0.0
    return gain - 0.2 * (cell["learning_rate"] == 0.1)


def test_every_level_with_every_level_of_another_the_rates_tuned():
    table = found(turned)
    assert len(table) == 3 + 2 * 2
    tanh = table[table["factor"].eq("activation")].set_index("at")["mean"]
    assert tanh.to_dict() == pytest.approx({"a": 0.03, "b": -0.03, "c": 0.0}, abs=0.004)


def test_a_level_that_turns_round_is_told():
    table = turning(found(turned))
    assert set(zip(table["factor"], table["level"], table["other"], strict=True)) == {("activation", "tanh", "loss")}
    assert len(table) == 3


def test_gains_that_differ_but_do_not_turn_round_are_not():
    assert turning(found(lambda cell: abs(turned({**cell, "learning_rate": 0.01})))).empty
    small = turning(found(lambda cell: turned({**cell, "learning_rate": 0.01}) / 10, spread=0.0001))
    assert small.empty, "within the smallest effect of interest"


def test_other_designs_have_none():
    assert found(turned, design="one-factor").empty
    assert found(lambda cell: 0.0, factors={"activation": ["relu", "tanh"], "learning_rate": [0.01, 0.1]}).empty


def test_by_chance_nothing_turns_round():
    """60 grids of noise alone: each has at most a 5 % chance of any false finding, and this needs two."""
    count = 0
    for stream in range(60):
        noise = np.random.default_rng(stream)
        table = found(lambda cell, noise=noise: noise.normal(0, 0.02))
        count += len(turning(table)) > 0
    assert count <= 2
