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


@pytest.mark.parametrize("comparisons", [1, 6])
@pytest.mark.parametrize("pilots", [5, 10, 20])
def test_four_times_in_five_is_kept_whatever_the_pilot_seeds(pilots, comparisons) -> None:
    """Averaged over pilots, the power that a study of that size has; with s for σ it is 66 to 79 %."""
    ratio, degrees = 0.6, pilots - 1
    quantiles = (np.arange(400) + 0.5) / 400
    spreads = np.sqrt(stats.chi2.ppf(quantiles, degrees) / degrees)
    seeds = seeds_needed(spreads, np.full(400, ratio), comparisons, pilots=pilots)
    bound = stats.t.ppf(1 - 0.025 / comparisons, seeds - 1)
    found = stats.nct.sf(bound, seeds - 1, ratio * np.sqrt(seeds))
    assert 0.78 <= found.mean() <= 0.82


def test_splits_that_overlap_need_more_seeds_or_more_than_there_are() -> None:
    ratio = np.full(4, 1.0)
    found = seeds_needed(np.ones(4), ratio, overlap=np.array([0.0, 0.02, 0.1, 0.25]))
    assert (np.diff(found) > 0)[:2].all()
    assert np.isinf(found[3]), "a mean over any number of seeds has a standard error of 0.5: 2 of them find 50 %"
    seeds, overlap = found[1], 0.02
    draws = np.random.default_rng(0).normal(1.0, 1.0, (20_000, int(seeds)))
    draws += np.random.default_rng(1).normal(0.0, np.sqrt(overlap), 20_000)[:, None]
    wide = draws.std(axis=1, ddof=1) * np.sqrt(1 / seeds + overlap)
    assert 0.79 <= (draws.mean(axis=1) / wide > stats.t.ppf(0.975, seeds - 1)).mean() <= 0.84


def test_ends() -> None:
    spreads = np.array([0.0, np.nan, 1e9, 1e-9])
    assert seeds_needed(spreads, np.ones(4))[0] == 2
    assert np.isnan(seeds_needed(spreads, np.ones(4))[1])
    assert np.isinf(seeds_needed(spreads, np.ones(4))[2])
    assert seeds_needed(spreads, np.ones(4))[3] == 2
    assert np.isnan(seeds_needed(np.ones(1), np.zeros(1))[0])
