"""How many seeds a question needs, against statsmodels."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import TTestPower

from experiments.analysis.power import seeds_needed


@pytest.mark.parametrize("comparisons", [1, 12])
@pytest.mark.parametrize("ratio", [0.05, 0.3, 1.0, 2.5])
def test_agrees_with_statsmodels(ratio, comparisons) -> None:
    expected = TTestPower().solve_power(effect_size=ratio, alpha=0.05 / comparisons, power=0.8, alternative="two-sided")
    found = seeds_needed(np.array([1.0]), np.array([ratio]), comparisons)[0]
    assert found == max(2, np.ceil(expected))


def test_that_many_seeds_find_it() -> None:
    """By simulation: 80 % of samples of that size lead to an interval that leaves out 0."""
    count = int(seeds_needed(np.array([2.0]), np.array([1.5]))[0])
    draws = np.random.default_rng(0).normal(1.5, 2.0, (4000, count))
    t = draws.mean(axis=1) / draws.std(axis=1, ddof=1) * np.sqrt(count)
    share = (np.abs(t) > stats.t.ppf(0.975, count - 1)).mean()
    assert 0.78 <= share <= 0.85


def test_ends() -> None:
    spreads = np.array([0.0, np.nan, 1e9, 1e-9])
    assert seeds_needed(spreads, np.ones(4))[0] == 2
    assert np.isnan(seeds_needed(spreads, np.ones(4))[1])
    assert np.isinf(seeds_needed(spreads, np.ones(4))[2])
    assert seeds_needed(spreads, np.ones(4))[3] == 2
    assert np.isnan(seeds_needed(np.ones(1), np.zeros(1))[0])
