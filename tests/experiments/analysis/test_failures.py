"""Shares of diverged trials."""

import math

import pytest

from experiments.analysis.failures import failure_shares, wilson
from tests.experiments.report.results_folder import GRID, cells_of, declared_study, planted, trial_rows


@pytest.mark.parametrize(("diverged", "runs"), [(0, 10), (3, 10), (10, 10), (1, 400)])
def test_wilson_against_its_formula(diverged: int, runs: int) -> None:
    z, share = 1.959963984540054, diverged / runs
    centre = (share + z**2 / (2 * runs)) / (1 + z**2 / runs)
    half = z / (1 + z**2 / runs) * math.sqrt(share * (1 - share) / runs + z**2 / (4 * runs**2))
    assert wilson(diverged, runs) == pytest.approx((centre - half, centre + half), abs=1e-12)


def test_nothing_ran() -> None:
    assert all(math.isnan(end) for end in wilson(0, 0))


def test_shares_by_level_without_crashes() -> None:
    trials = trial_rows(
        cells_of("grid", GRID, {}, {}),
        range(4),
        lambda cell, seed: "failed" if cell["activation"] == "relu" and seed == 0 else planted(cell, seed),
    )
    trials, study = declared_study(trials)
    table = failure_shares(trials, study).set_index(["factor", "level"])
    assert table.loc[("activation", "relu"), "runs"] == 18
    assert table.loc[("activation", "sigmoid"), ["runs", "diverged"]].tolist() == [24, 4]
    assert table.loc[("learning_rate", "0.0003"), "diverged"] == 0
