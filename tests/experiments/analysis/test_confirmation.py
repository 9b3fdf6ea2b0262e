"""Confirmation: who leads, what is left on fresh seeds, and that intervals cover the truth where searches flatter."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.confirmation import confirmed, leaders

TRUTH, SPREAD = 0.95, 0.01


def rows(generator, cells, seeds, **changes):
    index = pd.MultiIndex.from_product([cells, seeds], names=["cell", "seed"]).to_frame(index=False)
    scores = generator.normal(TRUTH, SPREAD, size=(len(index), 2))
    return index.assign(status="ok", validation=scores[:, 0], test=scores[:, 1], **changes)


def test_the_best_mean_leads_and_only_cells_that_are_whole():
    table = pd.DataFrame(
        [
            ("a", 0, "ok", 0.9), ("a", 1, "ok", 0.7), ("b", 0, "ok", 1.0), ("b", 1, "diverged", np.nan),
            ("c", 0, "ok", 0.8), ("c", 1, "ok", 0.85), ("c", 9, "ok", 0.0), ("d", 0, "ok", 0.8), ("d", 1, "ok", 0.8),
        ],
        columns=["cell", "seed", "status", "score"],
    )  # fmt: skip
    best = leaders(table, "score", "max", [0, 1], 2)
    assert best["cell"].tolist() == ["c", "a"]
    assert best["searched"].tolist() == pytest.approx([0.825, 0.8])
    assert leaders(table, "score", "min", [0, 1], 9)["cell"].tolist() == ["a", "d", "c"]
    assert leaders(table, "score", "max", [0, 1, 2], 2).empty


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
    found = confirmed(best, fresh, "validation", "test").set_index("cell")
    assert list(found.index) == ["b", "a"]
    assert found.loc["a", ["n", "failed", "fresh", "test"]].tolist() == pytest.approx([3, 0, 0.8, 0.2])
    half = 4.302653 * 0.1 / np.sqrt(3)  # Student's t, 2 degrees of freedom, 97.5 %
    assert found.loc["a", ["low", "high"]].tolist() == pytest.approx([0.8 - half, 0.8 + half], rel=1e-5)
    assert found.loc["b", ["n", "failed", "optimism"]].tolist() == pytest.approx([2, 1, 0.05])


def test_where_all_cells_are_equal_the_search_flatters_and_the_confirmed_interval_covers_the_truth():
    generator = np.random.default_rng(0)
    above, covered = 0, 0
    for _ in range(400):
        search = rows(generator, range(20), range(3))
        best = leaders(search, "validation", "max", range(3), 1)
        row = confirmed(best, rows(generator, best["cell"], range(3, 23)), "validation", "test").iloc[0]
        above += row["searched"] > TRUTH
        covered += row["low"] <= TRUTH <= row["high"]
    assert above == 400
    assert 0.92 <= covered / 400 <= 0.975  # 95 %, give or take 2.5 standard errors
