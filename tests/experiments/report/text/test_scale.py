"""Units, digits and signs."""

import math

import pandas as pd
import pytest

from experiments.report.text.scale import Scale, scale_of

SHARE = Scale("accuracy", "max", 1)
ERROR = Scale("mean_absolute_error", "min", 3)


def test_shares_in_per_cent_and_points() -> None:
    assert SHARE.score(0.9724) == "97.2\N{NO-BREAK SPACE}%"
    assert SHARE.size(0.006, 0.002, 0.01) == "0.6 points of validation accuracy (0.2 to 1.0)"
    assert SHARE.axis == "Validation accuracy (%)"
    assert Scale("accuracy", "max", 0).size(0.01, math.nan, math.nan) == "1 point of validation accuracy"


def test_errors_in_their_own_unit() -> None:
    assert ERROR.score(0.12345) == "0.123"
    assert ERROR.size(0.012, 0.01, 0.014) == "0.012 in validation mean absolute error (0.010 to 0.014)"
    assert ERROR.gain_axis == "Reduction of validation mean absolute error"


@pytest.mark.parametrize(
    ("gain", "expected"),
    [(0.006, "+0.6"), (-0.006, "−0.6"), (0.0, "0.0"), (-0.0001, "0.0"), (0.0001, "0.0"), (math.nan, "–")],
)
def test_signs(gain: float, expected: str) -> None:
    assert SHARE.signed(gain) == expected


def test_an_end_that_is_not_zero_is_not_written_as_zero() -> None:
    assert SHARE.size(0.005, 0.0002, 0.0098) == "0.50 points of validation accuracy (0.02 to 0.98)"
    assert SHARE.span(0.0, 0.01) == "0.0 to 1.0"
    assert SHARE.span(0.0000001, 0.01) == "0.0 to 1.0", "digits without end say nothing"


def test_huge_scores_stay_short() -> None:
    assert ERROR.plain(1.5e12) == "1.50e+12"


@pytest.mark.parametrize(
    ("metric", "sd", "mean", "decimals"),
    [("accuracy", 0.006, 0.97, 1), ("accuracy", 0.0005, 0.98, 2), ("accuracy", 0.03, 0.9, 1),
     ("accuracy", math.nan, 0.9, 1), ("mean_squared_error", 0.004, 0.14, 3),
     ("mean_squared_error", math.nan, 0.14, 3), ("mean_squared_error", 20, 300, 0),
     ("mean_squared_error", math.nan, math.nan, 2), ("mean_squared_error", 0.0, 0.0, 2),
     ("mean_absolute_error", 0.07, 0.3, 2)],
)  # fmt: skip
def test_digits_follow_the_spread_over_seeds(metric: str, sd: float, mean: float, decimals: int) -> None:
    cells = pd.DataFrame({"n": [5, 5], "validation_sd": [sd, sd], "validation_mean": [mean, mean]})
    assert scale_of(metric, "max", cells).decimals == decimals
