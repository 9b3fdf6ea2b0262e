"""Every configuration against the baseline."""

import os

import numpy as np
import pytest
from scipy import stats

from experiments.analysis.against_baseline import against_baseline
from experiments.analysis.best import best_cell
from experiments.analysis.cells import cell_table
from experiments.analysis.effects import effects
from tests.experiments.analysis.stretched import stretched
from tests.experiments.report.results_folder import GRID, cells_of, declared_study, hash_of, planted, trial_rows

TWO = {"activation": ["relu", "tanh", "elu"], "loss": ["a", "b"]}


def compared(factors, score, seeds=8, **manifest):
    cells = cells_of(manifest.get("design", "grid"), factors, {name: some[0] for name, some in factors.items()}, {})
    trials, study = declared_study(trial_rows(cells, range(seeds), score), factors=factors, **manifest)
    cells = cell_table(trials, study)
    return against_baseline(trials, cells, study, effects(trials, cells, study)), trials, cells, study


def test_all_at_the_baselines_best_rate_by_holms_steps() -> None:
    table, trials, cells, study = compared(GRID, planted)
    reference = cells[cells["cell"] == table.iloc[0]["reference_cell"]].iloc[0]
    assert (reference["activation"], reference["learning_rate"]) == ("relu", "0.003")
    assert len(table) == len(cells) - 1
    scores = trials.pivot(index="seed", columns="cell", values="validation_accuracy")
    found = table[table["diverged"] == 0].sort_values("p").head(8)
    for row in found.itertuples():
        test = stats.ttest_rel(scores[row.cell], scores[row.reference_cell])
        expected = test.confidence_interval(1 - row.alpha)
        assert (row.p, row.low, row.high) == pytest.approx(stretched(row, test, expected))
    others, singles = table[~table["is_level"]], table[table["is_level"]].set_index("cell")
    assert others["alpha"].min() == pytest.approx(0.05 * 0.1 / len(others))
    levels = effects(trials, cells, study).set_index("cell").loc[singles.index]
    assert len(singles) == 3, "rates are compared with the declared one, not with the tuned baseline's"
    assert singles[["alpha", "low", "high", "outcome"]].equals(levels[["alpha", "low", "high", "outcome"]])


def test_what_is_better_is_found_also_where_something_else_ranks_first() -> None:
    """A cell that is unsteady ranks first; a steady one 2 points above the baseline is found all the same."""

    def score(levels, seed):
        spread = 0.1 if levels["activation"] == "elu" else 0.002
        gain = {"tanh": 0.02, "elu": 0.02 + 0.05 * (seed % 2)}.get(levels["activation"], 0.0)
        return 0.8 + gain + spread * np.random.default_rng([5, seed, hash_of(levels)]).normal()

    table, _, cells, _ = compared(TWO, score)
    first = table[table["cell"] == best_cell(cells)].iloc[0]
    assert first["outcome"] == "not told apart"
    better = cells[cells["cell"].isin(table.loc[table["outcome"] == "better", "cell"])]
    assert set(better["activation"]) == {"tanh"}


def test_where_configurations_are_levels_they_are_judged_as_those() -> None:
    table, trials, cells, study = compared({"activation": ["relu", "tanh", "sigmoid"]}, planted)
    levels = effects(trials, cells, study).set_index("cell")
    columns = ["mean", "low", "high", "alpha", "outcome"]
    assert table.set_index("cell")[columns].equals(levels.loc[table["cell"], columns].rename_axis("cell"))
    changes, *_ = compared(TWO, lambda levels, seed: 0.5 + seed / 100, design="one-factor")
    assert len(changes) == 3


def test_nothing_without_a_baseline() -> None:
    assert compared(TWO, planted, design="random")[0].empty
    assert compared(TWO, lambda *_: None)[0].empty
    lost, *_ = compared(TWO, lambda levels, seed: "failed" if levels == {"activation": "relu", "loss": "a"} else 0.5)
    assert lost["outcome"].eq("not run").all()


def test_by_chance_a_page_rarely_finds_anything() -> None:
    """Grids of noise: levels, configurations and interactions of a page together."""
    wrong, grids = 0, 25 if os.environ.get("EQUALITY") == "all" else 12
    for draw in range(grids):
        noise = np.random.default_rng([6, draw])
        table, trials, cells, study = compared(TWO, lambda *_, noise=noise: noise.normal(0.8, 0.02), seeds=5)
        found = [table["outcome"], effects(trials, cells, study)["outcome"]]
        wrong += any(outcomes.isin(["better", "worse"]).any() for outcomes in found)
    assert stats.binom.sf(wrong - 1, grids, 0.05) > 0.001
