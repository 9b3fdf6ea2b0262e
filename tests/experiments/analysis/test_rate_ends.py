"""What does best at an end of the rates tried, and the rate beyond."""

import pytest

from experiments.analysis.cells import cell_table
from experiments.analysis.rate_ends import find_ends, next_rate
from tests.experiments.report.results_folder import cells_of, declared_study, trial_rows

FACTORS = {"activation": ["relu", "tanh", "gelu"], "learning_rate": [0.001, 0.01, 0.1]}
BEST = {"relu": 0.01, "tanh": 0.1, "gelu": 0.001}


def score(levels, seed):
    """The best rate of each activation is in BEST; gelu ranks first."""
    return (
        0.8 + 0.02 * (levels["learning_rate"] == BEST[levels["activation"]]) + 0.01 * (levels["activation"] == "gelu")
    )


def ends_of(factors, by=score, **changes):
    rows = trial_rows(cells_of("grid", factors, {}, {}), range(3), by)
    trials, study = declared_study(rows, factors=factors, **changes)
    found = find_ends(cell_table(trials, study), study)
    return [(row.what, row.level, row.rate, row.end) for row in found.itertuples()]


def test_what_is_compared_or_ranks_first_at_an_end() -> None:
    assert ends_of(FACTORS) == [
        ("best", "", "0.001", "smallest"),
        ("level", "tanh", "0.1", "largest"),
    ]


def test_the_baseline_has_a_rate_of_its_own_too() -> None:
    found = ends_of(FACTORS, baseline={"activation": "tanh"})
    assert ("reference", "", "0.1", "largest") in found
    assert not any(level == "relu" for _, level, _, _ in found)


def test_a_study_of_rates_alone_has_a_best_one() -> None:
    rates = {"learning_rate": [0.001, 0.01, 0.1]}
    assert ends_of(rates, lambda levels, seed: levels["learning_rate"]) == [("best", "", "0.1", "largest")]


@pytest.mark.parametrize(
    ("factors", "by"),
    [
        ({"activation": ["relu", "tanh"]}, lambda levels, seed: 0.5 + 0.1 * (levels["activation"] == "tanh")),
        ({"activation": ["relu", "tanh"], "learning_rate": [0.01, 0.1]}, score),
        (FACTORS, lambda levels, seed: 0.5),
        (FACTORS, lambda levels, seed: None),
    ],
)
def test_nothing_is_at_an_end_without_rates_or_differences(factors, by) -> None:
    assert ends_of(factors, by) == []


@pytest.mark.parametrize(
    ("rates", "smaller", "larger"),
    [
        ([1e-4, 3e-4, 1e-3, 3e-3], 3e-5, 1e-2),
        ([1e-3, 1e-2, 1e-1], 1e-4, 1.0),
        ([0.1, 0.2, 0.4], 0.05, 0.8),
        ([1e-3, 2e-3, 5e-3, 1e-2], 5e-4, 2e-2),
        ([0.5, 1.0, 7.0], 0.1, 10.0),
        ([1e-2, 1e-3, 1e-1], 1e-4, 1.0),
    ],
)
def test_the_next_rate_goes_on_as_the_others_do(rates, smaller, larger) -> None:
    assert (next_rate(rates, "smallest"), next_rate(rates, "largest")) == (
        pytest.approx(smaller),
        pytest.approx(larger),
    )
