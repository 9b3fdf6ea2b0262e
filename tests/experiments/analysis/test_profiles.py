"""Performance profiles against SciPy's empirical distribution."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.declared import read_declared
from experiments.analysis.profiles import profiles


def study_of(direction: str):
    facts = {"study": {"name": "a", "factors": {"loss": ["a", "b"]}}, "primary": "accuracy", "direction": direction}
    return read_declared(facts, pd.DataFrame(), [])


def trials_of(scores: dict[str, list[float | None]]) -> pd.DataFrame:
    return pd.DataFrame(
        {"cell": cell, "loss": cell, "seed": seed, "status": "diverged" if score is None else "ok",
         "validation_accuracy": score, "test_accuracy": score, "constant_score": 0.1}
        for cell, values in scores.items() for seed, score in enumerate(values)
    )  # fmt: skip


@pytest.mark.parametrize("direction", ["max", "min"])
def test_a_profile_is_the_empirical_distribution_with_exact_ends(direction: str) -> None:
    scores = {"a": [0.5, 0.7, 0.7, 0.9], "b": [0.6, 0.8, 0.85, 0.95]}
    sign = 1 if direction == "max" else -1
    table = profiles(trials_of(scores), study_of(direction), ["a", "b", "not run"])
    assert set(table["cell"]) == {"a", "b"}
    for cell, part in table.groupby("cell"):
        values = sign * np.array(scores[cell])
        below = stats.ecdf(values).cdf.evaluate(np.nextafter(sign * part["score"].to_numpy(), -np.inf))
        assert part["share"].to_numpy() == pytest.approx(1 - below)
        assert (np.diff(sign * part["score"]) > 0).all()
        for row in part.itertuples():
            ends = stats.binomtest(round(row.share * 4), 4).proportion_ci(method="wilson")
            assert (row.low, row.high) == pytest.approx(tuple(ends))


def test_a_diverged_run_reaches_no_more_than_its_cost() -> None:
    table = profiles(trials_of({"a": [0.5, None], "b": [0.4, 0.6]}), study_of("max"), ["a"])
    assert table[["score", "share"]].to_numpy().tolist() == [[0.1, 1.0], [0.5, 0.5]]
    assert profiles(trials_of({"a": [0.5]}), study_of("max"), []).empty
