"""Whether a gain depends on another factor."""

import itertools

import numpy as np
import pytest
from scipy import stats

from experiments.analysis.cells import cell_table
from experiments.analysis.interactions import crossing_effects, interactions, simple_effects
from tests.experiments.analysis.stretched import stretched
from tests.experiments.report.results_folder import declared_study, trial_rows

FACTORS = {"activation": ["relu", "tanh"], "loss": ["a", "b", "c"], "learning_rate": [0.01, 0.1]}
CROSS = {"activation": ["relu", "tanh"], "loss": ["a", "b"]}


def made(effect, spread=0.002, factors=FACTORS, seeds=8, stream=0, **manifest):
    cells = [dict(zip(factors, levels, strict=True)) for levels in itertools.product(*factors.values())]
    noise = np.random.default_rng(stream)
    trials = trial_rows(cells, range(seeds), lambda cell, seed: 0.9 + effect(cell) + noise.normal(0, spread))
    return declared_study(trials, factors=factors, **manifest)


def found(*args, **options):
    trials, study = made(*args, **options)
    return interactions(trials, cell_table(trials, study), study)


def crossed(*args, **options):
    trials, study = made(*args, **options)
    table = interactions(trials, cell_table(trials, study), study)
    return crossing_effects(simple_effects(trials, study, table))


def turned(cell):
    gain = {"a": 0.03, "b": -0.03, "c": 0.0}[cell["loss"]] if cell["activation"] == "tanh" else 0.0
    return gain - 0.2 * (cell["learning_rate"] == 0.1)


def test_a_contrast_is_the_difference_of_two_gains_seed_by_seed():
    trials, study = made(turned)
    table = interactions(trials, cell_table(trials, study), study)
    assert table["at"].tolist() == ["b", "c"]
    assert table["mean"].tolist() == pytest.approx([-0.06, -0.03], abs=0.004)
    rows = trials[trials["learning_rate"] == "0.01"].pivot(
        index="seed", columns=["activation", "loss"], values="validation_accuracy"
    )
    for row in table.itertuples():
        there, here = (rows["tanh", loss] - rows["relu", loss] for loss in (row.at, "a"))
        test = stats.ttest_rel(there, here)
        ends = test.confidence_interval(1 - row.alpha)
        assert (row.p, row.low, row.high) == pytest.approx(stretched(row, test, ends))
        assert row.alpha in (pytest.approx(0.0125 / 2), pytest.approx(0.0125))
    assert table["outcome"].tolist() == ["differs", "differs"]


def test_independent_samples_are_four_of_them():
    trials, study = made(
        lambda cell: turned({**cell, "learning_rate": 0.01}), factors=CROSS, imported={"paired": False}
    )
    table = interactions(trials, cell_table(trials, study), study)
    sides = [own["validation_accuracy"] for _, own in trials.groupby(["activation", "loss"])]
    parts = np.array([side.var() / len(side) for side in sides])
    row = table.iloc[0]
    assert not row["paired"]
    assert row["error"] == pytest.approx(np.sqrt(parts.sum()))
    assert row["degrees"] == pytest.approx(parts.sum() ** 2 / (parts**2 / 7).sum())
    assert row["mean"] == pytest.approx(-0.06, abs=0.004)


def test_a_level_that_gains_with_one_and_loses_with_another_is_told():
    table = crossed(turned)
    assert set(zip(table["factor"], table["level"], table["other"], strict=True)) == {("activation", "tanh", "loss")}
    assert table.set_index("at")["mean"].to_dict() == pytest.approx({"a": 0.03, "b": -0.03}, abs=0.004)


def test_gains_that_differ_but_do_not_turn_round_are_not():
    assert crossed(lambda cell: abs(turned({**cell, "learning_rate": 0.01}))).empty
    small = {"effect": lambda cell: turned({**cell, "learning_rate": 0.01}) / 10, "spread": 0.0001}
    assert found(**small)["outcome"].tolist() == ["differs", "no practical difference"]
    assert crossed(**small).empty, "gain and loss are each within the smallest effect of interest"


def test_other_designs_have_none():
    assert found(turned, design="one-factor").empty
    assert found(lambda cell: 0.0, factors={"activation": ["relu", "tanh"], "learning_rate": [0.01, 0.1]}).empty


def test_too_little_to_say_anything():
    assert found(turned, seeds=1)["outcome"].tolist() == ["one seed"] * 2
    assert found(lambda cell: 0.0, spread=0.0)["outcome"].tolist() == ["identical"] * 2


def test_by_chance_nothing_is_found():
    """30 grids of noise alone: each has at most a 1.5 % chance of any false finding."""
    count = 0
    for stream in range(30):
        table = found(lambda cell: 0.0, spread=0.02, seeds=5, stream=stream)
        count += table["outcome"].eq("differs").any()
    assert count <= 3


def test_a_crossover_of_two_points_is_found_at_ten_seeds():
    """With noise at which two simple effects, both beyond half a point, were found on a tenth of pages (0.014)."""
    gains = {"a": 0.02, "b": -0.02}
    hits = 0
    for stream in range(30):
        table = found(
            lambda cell: gains[cell["loss"]] * (cell["activation"] == "tanh"), 0.014, CROSS, seeds=10, stream=stream
        )
        hits += table["outcome"].eq("differs").any()
    assert stats.binom.cdf(hits, 30, 0.9) > 0.001
