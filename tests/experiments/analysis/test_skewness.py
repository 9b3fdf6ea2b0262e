"""L-moments against their definition, and the stretch of an interval against t's distribution in fresh samples."""

import itertools

import numpy as np
import pytest
from scipy import stats

from experiments.analysis.skewness import LEVEL, l_moments, skewness, stretches


def test_l_moments_are_expected_gaps_of_ordered_samples():
    values = np.random.default_rng(1).exponential(size=7)
    twos = [np.ptp(two) / 2 for two in itertools.combinations(values, 2)]
    threes = [np.sort(three) @ [1, -2, 1] / 3 for three in itertools.combinations(values, 3)]
    second, third, _ = l_moments(np.array([[*values, np.nan]]))
    assert (second[0], third[0]) == pytest.approx((np.mean(twos), np.mean(threes)))
    assert np.isnan(l_moments(np.array([[1.0, 2.0, np.nan]]))[0]).all()


def test_what_may_be_even_is_no_skew():
    assert skewness(np.array([0.1, -0.1]), np.array([0.1, 0.1])).tolist() == [0.0, 0.0]
    one, other = skewness(np.array([0.3, -0.3]), np.array([0.1, 0.1]))
    assert one == -other > 2


@pytest.mark.parametrize(("shape", "seeds"), [(0.5, 10), (1.0, 10), (1.0, 5)])
def test_stretched_halves_keep_their_level_in_lognormal_samples(shape, seeds):
    power = np.exp(shape**2)
    skew = (power + 2) * np.sqrt(power - 1)
    (low,), (high,) = stretches(np.array([skew]), np.array([seeds]))
    values = np.exp(shape * np.random.default_rng(2).normal(size=(20_000, seeds))) - np.exp(shape**2 / 2)
    t = values.mean(axis=1) * np.sqrt(seeds) / values.std(axis=1, ddof=1)
    bound = stats.t.ppf(1 - LEVEL / 2, seeds - 1)
    assert np.mean(t < -high * bound) == pytest.approx(LEVEL / 2, abs=0.0015)
    assert low == 1.0 and np.mean(t > low * bound) <= LEVEL / 2
