"""Which factor the differences between draws are due to."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.cells import cell_table
from experiments.analysis.importance import FEWEST, importance_table
from tests.experiments.report.results_folder import declared_study, trial_rows

RANGE = {"min": 0.0, "max": 1.0, "scale": "linear"}
FACTORS = {"dropout": RANGE, "momentum": RANGE, "activation": ["relu", "tanh"]}


def table_of(score, count=200, factors=FACTORS):
    generator = np.random.default_rng(3)
    draws = [
        {
            "dropout": float(generator.uniform()),
            "momentum": float(generator.uniform()),
            "activation": ["relu", "tanh"][generator.integers(2)],
        }
        for _ in range(count)
    ]
    trials, study = declared_study(trial_rows(draws, range(1), score), factors=factors, design="random")
    return importance_table(cell_table(trials, study), study)


def test_shares_are_those_of_a_sum_worked_out_by_hand() -> None:
    """Of a sum of independent parts each has its own variance: 9/12, 1/12 and 4/4 of the whole."""
    table = table_of(lambda cell, _: 3 * cell["dropout"] + cell["momentum"] + 2 * (cell["activation"] == "tanh"), 400)
    whole = 9 / 12 + 1 / 12 + 4 / 4
    assert list(table["factor"]) == ["activation", "dropout", "momentum"]
    expected = [4 / 4 / whole, 9 / 12 / whole, 1 / 12 / whole]
    assert list(table["importance"]) == pytest.approx(expected, abs=0.06)
    assert table["explained"].iloc[0] > 0.9
    assert ((table["low"] <= table["importance"]) & (table["importance"] <= table["high"])).all()
    assert table["behind"].tolist() == [False, True, True]


def test_what_acts_only_together_counts_for_both() -> None:
    table = table_of(lambda cell, _: float((cell["dropout"] > 0.5) ^ (cell["activation"] == "tanh")), 400)
    shares = table.set_index("factor")["importance"]
    assert shares["dropout"] > 0.6
    assert shares["activation"] > 0.6
    assert shares["momentum"] < 0.1
    assert table["behind"].tolist() == [False, False, True], "the two that act together matter alike"


def test_noise_explains_nothing() -> None:
    noise = np.random.default_rng(5)
    assert table_of(lambda *_: float(noise.normal()), 60)["explained"].iloc[0] < 0.05


def test_too_few_or_equal_scores_have_none() -> None:
    assert table_of(lambda cell, _: cell["dropout"], FEWEST - 1).empty
    assert not table_of(lambda cell, _: cell["dropout"], FEWEST).empty
    assert table_of(lambda *_: 0.5, 40).empty


def test_a_value_that_is_missing_is_no_obstacle() -> None:
    table = pd.DataFrame(
        {
            "dropout": [str(place / 40) if place % 2 else "" for place in range(40)],
            "activation": ["relu", "tanh"] * 20,
            "validation_mean": [place / 40 if place % 2 else -1.0 for place in range(40)],
        }
    )
    _, study = declared_study(
        trial_rows([{"dropout": 0.1, "activation": "relu"}], [0], lambda *_: 1.0),
        factors={"dropout": RANGE, "activation": ["relu", "tanh"]},
        design="random",
    )
    assert importance_table(table, study)["explained"].iloc[0] > 0.8
