"""The comparisons that each design declares."""

import os
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from experiments.analysis.cells import cell_table
from experiments.analysis.effects import declared_comparisons, effect_seeds, effects
from tests.experiments.analysis.stretched import stretched
from tests.experiments.report.results_folder import GRID, cells_of, declared_study, planted, trial_rows


def test_a_grid_compares_tuned_levels_and_finds_what_was_planted() -> None:
    trials, study = declared_study(trial_rows(cells_of("grid", GRID, {}, {}), range(10), planted))
    cells = cell_table(trials, study)
    table = effects(trials, cells, study).set_index(["factor", "level"])
    assert len(table) == 2 + 1 + 2
    assert table.loc[("activation", "tanh"), "mean"] == pytest.approx(0.02, abs=0.004)
    assert table.loc[("activation", "sigmoid"), "outcome"] == "worse"
    assert (table.loc["activation", ["rate", "reference_rate"]] == "0.003").all(axis=None)
    assert table.loc[("learning_rate", "0.03"), "mean"] == pytest.approx(0.06, abs=0.004)


def test_its_intervals_are_the_paired_t_at_holms_levels() -> None:
    trials, study = declared_study(trial_rows(cells_of("grid", GRID, {}, {}), range(6), planted))
    table = effects(trials, cell_table(trials, study), study)
    scores = trials.pivot(index="seed", columns="cell", values="validation_accuracy")
    found = table.sort_values("p").itertuples()
    for step, row in enumerate(found):
        test = stats.ttest_rel(scores[row.cell], scores[row.reference_cell])
        expected = test.confidence_interval(1 - 0.03 / (len(table) - step))
        assert (row.p, row.low, row.high) == pytest.approx(stretched(row, test, expected))
        assert row.alpha == pytest.approx(0.03 / (len(table) - step)), "all are found, so each has a step of its own"
    seeds = effect_seeds(trials, table, study)
    assert seeds.groupby("pair")["gain"].mean().tolist() == pytest.approx(table["mean"].tolist())


def test_one_factor_compares_each_change_with_the_baseline() -> None:
    factors = {"activation": ["relu", "tanh"], "learning_rate": [0.001, 0.1]}
    baseline = {"activation": "relu", "learning_rate": 0.001}
    trials = trial_rows(
        cells_of("one-factor", factors, baseline, {}),
        range(3),
        lambda cell, seed: 0.5 + seed / 100 + 0.1 * (cell["activation"] == "tanh"),
    )
    trials, study = declared_study(trials, factors=factors, baseline=baseline, design="one-factor")
    table = effects(trials, cell_table(trials, study), study)
    assert table["level"].tolist() == ["tanh", "0.1"]
    assert (table["reference_cell"] == "c0000").all()
    assert table["mean"].tolist() == pytest.approx([0.1, 0.0])


def test_leave_one_out_compares_each_removal_with_the_whole() -> None:
    baseline, without = {"dropout": 0.2, "regularizer": "l2"}, {"dropout": 0.0, "regularizer": "none"}
    trials = trial_rows(
        cells_of("leave-one-out", {}, baseline, without),
        range(4),
        lambda cell, seed: 0.9 + seed / 100 - 0.05 * (cell["dropout"] == 0.0),
    )
    trials, study = declared_study(trials, factors={}, baseline=baseline, without=without, design="leave-one-out")
    table = effects(trials, cell_table(trials, study), study)
    assert table[["factor", "level", "reference"]].to_numpy().tolist() == [
        ["dropout", "0", "0.2"],
        ["regularizer", "none", "l2"],
    ]
    assert table["mean"].tolist() == pytest.approx([-0.05, 0.0])
    assert table["outcome"].iloc[1] == "identical"


def test_levels_that_did_not_run_are_counted_and_said() -> None:
    trials, study = declared_study(
        trial_rows(cells_of("grid", GRID | {"activation": ["relu"]}, {}, {}), range(3), planted)
    )
    table = effects(trials, cell_table(trials, study), study)
    assert table.loc[table["factor"] == "activation", "outcome"].tolist() == ["not run", "not run"]
    assert len(table) == 5


def test_random_designs_and_single_levels_declare_nothing() -> None:
    trials, study = declared_study(trial_rows(cells_of("grid", GRID, {}, {}), [0], planted), design="random")
    assert declared_comparisons(cell_table(trials, study), study).empty
    one = {"activation": ["relu"]}
    trials, study = declared_study(trial_rows([{"activation": "relu"}], range(3), planted), factors=one)
    assert effects(trials, cell_table(trials, study), study).empty


def test_null_grids_find_a_level_in_at_most_about_five_of_a_hundred() -> None:
    """Of a page with configurations and interactions it is tested in `test_against_baseline.py`."""
    grids = 100 if os.environ.get("EQUALITY") == "all" else 40
    factors = {"activation": list("abc"), "loss": list("xy"), "learning_rate": [0.1, 1.0]}
    rows = trial_rows(cells_of("grid", factors, {}, {}), range(5), lambda cell, seed: 0.0)
    trials, study = declared_study(rows, factors=factors)
    found = 0
    for draw in range(grids):
        noise = np.random.default_rng([5, draw]).normal(0, 0.01, (len(rows) // 5, 5))
        scored = trials.assign(validation_accuracy=noise.T.ravel())  # the rows of a seed follow one another
        found += effects(scored, cell_table(scored, study), study)["outcome"].isin(["better", "worse"]).any()
    assert stats.binomtest(int(found), grids, 0.05, alternative="greater").pvalue > 0.01


def test_conditions_are_not_compared_but_compared_under() -> None:
    factors = {"loss": ["a", "b"], "share": [0.0, 0.2]}
    trials = trial_rows(
        cells_of("grid", factors, {}, {}),
        range(4),
        lambda cell, seed: 0.5 + seed / 100 + (cell["loss"] == "b") * cell["share"],
    )
    trials, study = declared_study(trials, factors=factors)
    study = replace(study, data_settings=frozenset(["share"]))
    table = effects(trials, cell_table(trials, study), study)
    assert table["condition"].tolist() == [{"share": "0"}, {"share": "0.2"}]
    assert table["mean"].tolist() == pytest.approx([0.0, 0.2])
