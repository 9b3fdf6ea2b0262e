"""How often a side wins and how probable it is better: held to SciPy, statsmodels' formulas by hand, and simulation."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.chances import chances, posterior, wins_of_pairs, wins_of_samples


def test_wins_of_pairs_have_wilsons_interval():
    gains = np.array([1.0, 2.0, -1.0, 3.0, 0.5, 2.0, -0.1, 1.0])
    share, low, high = wins_of_pairs(gains)
    expected = stats.binomtest(6, 8).proportion_ci(method="wilson")
    assert (share, low, high) == pytest.approx((0.75, expected.low, expected.high))


def test_wins_of_samples_are_brunners_and_munzels():
    random = np.random.default_rng(1)
    own, reference = random.normal(0.4, 1, 12), random.normal(0, 2, 9)
    share, low, high = wins_of_samples(own, reference)
    assert share == pytest.approx(stats.mannwhitneyu(own, reference).statistic / (12 * 9))
    # the statistic of SciPy's test is (share - 1/2) / error, from which the error of the logit follows
    test = stats.brunnermunzel(reference, own)
    error = (share - 0.5) / test.statistic
    degrees = _degrees(own, reference)
    half = stats.t.ppf(0.975, degrees) * error / (share * (1 - share))
    odds = np.log(share / (1 - share))
    assert (low, high) == pytest.approx((1 / (1 + np.exp(half - odds)), 1 / (1 + np.exp(-half - odds))))


def _degrees(own, reference):
    """By hand from Brunner and Munzel (2000), section 3."""
    both = stats.rankdata(np.concatenate([own, reference]))
    m, n = len(own), len(reference)
    one = both[:m] - stats.rankdata(own)
    other = both[m:] - stats.rankdata(reference)
    v1, v2 = one.var(ddof=1), other.var(ddof=1)
    return (m * v1 + n * v2) ** 2 / ((m * v1) ** 2 / (m - 1) + (n * v2) ** 2 / (n - 1))


def test_samples_apart_have_one_end_and_equal_ones_none():
    assert wins_of_samples(np.array([3.0, 4, 5]), np.array([0.0, 1, 2])) == pytest.approx((1.0, 0.025 ** (1 / 3), 1.0))
    assert wins_of_samples(np.array([0.0, 1, 2]), np.array([3.0, 4, 5])) == pytest.approx(
        (0.0, 0.0, 1 - 0.025 ** (1 / 3))
    )
    share, low, high = wins_of_samples(np.array([1.0]), np.array([0.0, 2.0]))
    assert share == 0.5 and np.isnan([low, high]).all()


def test_probabilities_are_those_of_the_t_posterior_and_add_up():
    found = posterior(np.array([1.0, -2.0]), np.array([0.5, 0.4]), np.array([9.0, 4.0]), np.array([0.5, 0.5]))
    draws = stats.t.rvs(9, loc=1.0, scale=0.5, size=200_000, random_state=1)
    assert found[0] == pytest.approx(
        [(draws > 0.5).mean(), (abs(draws) <= 0.5).mean(), (draws < -0.5).mean()], abs=0.005
    )
    assert found.sum(axis=1) == pytest.approx([1, 1])


def test_only_what_has_an_interval_has_chances():
    table = pd.DataFrame(
        {
            "mean": [1.0, 0.0],
            "error": [0.5, 0.0],
            "degrees": [3.0, 3.0],
            "delta": 0.5,
            "tail": "",
            "kind": ["interval", "identical"],
        }
    )
    gains = pd.DataFrame({"pair": [0] * 4 + [1] * 4, "seed": [*range(4)] * 2, "gain": [1.0, 2, 0.5, -1] + [0.0] * 4})
    found = chances(table, gains, {})
    assert found.loc[0, "wins_share"] == 0.75 and found.loc[1].isna().all()


def test_the_interval_of_wins_covers():
    random = np.random.default_rng(5)
    truth = float(stats.norm.cdf(0.5))  # of a gain of mean 0.5 and spread 1
    ends = [wins_of_pairs(random.normal(0.5, 1, 20))[1:] for _ in range(1500)]
    assert 0.93 <= np.mean([low <= truth <= high for low, high in ends]) <= 0.98
