"""The front is that of a search over all pairs; which cost is told, and of which cells."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.analysis.cost import COLUMNS, cost_column, cost_table, front
from tests.custom.support import FEW
from tests.experiments.report.results_folder import declared_study, trial_rows

UNITS = ["8", "16", "32"]
POINT = st.tuples(st.integers(0, 6), st.integers(0, 6))


def brute_force(costs, gains):
    """Point by point: is there one that is nowhere worse and somewhere better?"""
    return [
        not any(c <= cost and g >= gain and (c < cost or g > gain) for c, g in zip(costs, gains, strict=True))
        for cost, gain in zip(costs, gains, strict=True)
    ]


@FEW
@given(st.lists(POINT, min_size=1, max_size=30))
def test_the_front_is_that_of_all_pairs(points) -> None:
    costs, gains = (np.array(part, dtype=float) for part in zip(*points, strict=True))
    assert front(costs, gains).tolist() == brute_force(costs, gains)


@pytest.mark.parametrize("seed", range(20))
def test_the_front_of_random_points(seed) -> None:
    generator = np.random.default_rng(seed)
    costs, gains = generator.normal(size=(2, 200))
    assert front(costs, gains).tolist() == brute_force(costs, gains)


def test_what_differs_by_rounding_alone_is_the_same() -> None:
    assert front(np.array([1.0, 2.0]), np.array([0.9, 0.9 + 1e-12])).tolist() == [True, False]


def rows(score=lambda cell, seed: UNITS.index(cell["units"]) / 10 + seed / 100, **columns):
    trials = trial_rows([{"units": units} for units in UNITS], [0, 1, 2], score)
    return declared_study(trials.assign(**columns), factors={"units": UNITS})


SECONDS = {"seconds": [3.0, 2.0, 1.0, 3.1, 2.1, 1.1, 9.0, 2.2, 1.2]}
SIZES = {"parameters": [10, 20, 20] * 3}


@pytest.mark.parametrize(
    ("columns", "imported", "expected"),
    [
        (SECONDS | SIZES, False, "seconds"),
        (SECONDS | SIZES | {"engine": "fused"}, False, "parameters"),
        (SECONDS | SIZES | {"engine": ["serial"] * 8 + ["fused"]}, False, "parameters"),
        (SECONDS | {"engine": "fused"}, False, None),
        (SIZES, False, "parameters"),
        ({}, False, None),
        (SECONDS | {"engine": ""}, False, None),
        (SECONDS | {"engine": ""}, True, "seconds"),
        (SECONDS | {"engine": "fused"}, True, None),
        (SECONDS | {"seconds": [None, *SECONDS["seconds"][1:]]}, False, None),
    ],
)
def test_seconds_where_they_tell_of_single_trials_else_parameters(columns, imported, expected) -> None:
    assert cost_column(rows(**columns)[0], imported=imported) == expected


def test_of_a_file_without_such_columns_nothing_is_known() -> None:
    trials = pd.DataFrame({"cell": ["a", "b"], "status": "ok"})
    assert cost_column(trials, imported=True) is None
    assert cost_column(trials.assign(seconds=[1.0, 2.0]), imported=True) == "seconds"


def test_means_medians_and_the_front() -> None:
    trials, study = rows(**SECONDS)
    found = cost_table(trials, study, "seconds")
    assert list(found) == COLUMNS
    assert found["cell"].tolist() == ["c0002", "c0001", "c0000"]
    assert found["cost"].tolist() == [1.1, 2.1, 3.1]  # the median: 9 s is a first trial's
    assert found["mean"].tolist() == pytest.approx([0.21, 0.11, 0.01])
    assert found["front"].tolist() == [True, False, False]
    half = 4.302653 * 0.01 / np.sqrt(3)
    assert (found["high"] - found["mean"]).tolist() == pytest.approx([half] * 3, rel=1e-5)


def test_less_is_better_where_the_metric_says_so() -> None:
    trials, study = rows(**SECONDS)
    trials, study = declared_study(trials, factors={"units": UNITS}, direction="min")
    assert cost_table(trials, study, "seconds")["front"].tolist() == [True, True, True]


def test_failures_count_at_their_cost_and_what_never_trained_is_left_out() -> None:
    def score(cell, seed):
        return {"8": None if seed == 1 else 0.9, "16": None, "32": 0.5 if seed else "failed"}[cell["units"]]

    trials, study = rows(score, **SECONDS)
    table = cost_table(trials, study, "seconds").set_index("cell")
    assert table["mean"].to_dict() == pytest.approx({"c0000": (0.9 + 0.5 + 0.9) / 3, "c0002": 0.5})
    nothing, study = rows(lambda cell, seed: None)
    assert cost_table(nothing, study, "seconds").empty
    assert cost_table(nothing, study, None).empty
