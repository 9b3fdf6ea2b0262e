"""Confirmation: who leads, what is left on fresh seeds, and that intervals cover the truth where searches flatter."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.confirmation import confirm, leaders

TRUTH, SPREAD = 0.95, 0.01


def rows(generator, cells, seeds):
    scores = generator.normal(TRUTH, SPREAD, size=(len(cells) * len(seeds), 2))
    columns = {"cell": np.repeat(cells, len(seeds)), "seed": np.tile(seeds, len(cells)), "status": "ok"}
    return pd.DataFrame(columns | {"validation": scores[:, 0], "test": scores[:, 1]})


def test_the_best_ranks_lead_and_those_without_one_do_not():
    cells = pd.DataFrame(
        {"cell": ["a", "b", "c"], "rank": [2.0, np.nan, 1.0], "validation_mean": [0.8, np.nan, 0.825], "n": [2, 0, 2]}
    )
    assert leaders(cells, 9).values.tolist() == [["c", 0.825], ["a", 0.8]]
    assert leaders(cells, 1)["cell"].tolist() == ["c"]


def test_what_is_left_is_a_mean_with_its_interval():
    best = pd.DataFrame({"cell": ["b", "a"], "searched": [0.9, 0.8]})
    fresh = pd.DataFrame(
        {
            "cell": ["a"] * 3 + ["b"] * 3,
            "seed": [5, 6, 7] * 2,
            "status": ["ok"] * 5 + ["diverged"],
            "validation": [0.7, 0.8, 0.9, 0.8, 0.9, np.nan],
            "test": [0.1, 0.2, 0.3, 0.5, 0.5, np.nan],
        }
    )
    found = confirm(best, fresh, "validation", "test").set_index("cell")
    assert list(found.index) == ["b", "a"]
    assert found.loc["a", ["n", "failed", "fresh", "test"]].tolist() == pytest.approx([3, 0, 0.8, 0.2])
    half = 4.302653 * 0.1 / np.sqrt(3)  # Student's t, 2 degrees of freedom, 97.5 %
    assert found.loc["a", ["low", "high"]].tolist() == pytest.approx([0.8 - half, 0.8 + half], rel=1e-5)
    assert found.loc["b", ["n", "failed", "optimism"]].tolist() == pytest.approx([2, 1, 0.05])


def test_where_all_cells_are_equal_the_search_flatters_and_the_confirmed_interval_covers_the_truth():
    generator = np.random.default_rng(0)
    scores = generator.normal(TRUTH, SPREAD, (400, 20, 3))  # of 400 searches the cells and their seeds
    best = pd.DataFrame({"cell": np.arange(400), "searched": scores.mean(axis=2).max(axis=1)})
    found = confirm(best, rows(generator, best["cell"], range(3, 23)), "validation", "test")
    assert (found["searched"] > TRUTH).all() and len(found) == 400
    assert 0.92 <= found["low"].le(TRUTH).mul(found["high"].ge(TRUTH)).mean() <= 0.975  # 95 % ± 2.5 standard errors
