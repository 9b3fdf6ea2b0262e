"""How many seeds a question needs."""

import numpy as np
from scipy import stats

from experiments.analysis.intervals import ALPHA

POWER = 0.8
MOST = 10_000


def seeds_needed(
    spread: np.ndarray, effect: np.ndarray, comparisons: float = 1, freedom: np.ndarray | float = 1.0
) -> np.ndarray:
    """The fewest seeds with which a true difference of `effect` is found with 80 % probability.

    spread: standard deviation of the differences over seeds. effect: Δ, above 0, never the effect that was seen.
    comparisons: m of the family; the test is two-sided at 0.05/m. freedom: degrees of freedom as a multiple of n − 1,
    1 for paired seeds; of two independent samples, as `welch` gives it, the answer is the number of seeds on each side.
    NaN where the spread is not known, 2 where there is none, infinity beyond `MOST`.

    >>> seeds_needed(np.array([1.0]), np.array([1.0])).tolist()
    [10.0]
    """
    spread, effect = np.asarray(spread, float), np.asarray(effect, float)
    low, high = np.full(spread.shape, 2.0), np.full(spread.shape, float(MOST))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(spread > 0, effect / spread, np.inf)
    known, ratio = np.isfinite(spread) & (effect > 0), np.minimum(ratio, 1e3)
    enough = power(ratio, high, comparisons, freedom) >= POWER
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        fine = power(ratio, middle, comparisons, freedom) >= POWER
        low, high = np.where(fine, low, middle), np.where(fine, middle, high)
    least = np.where(power(ratio, np.full(spread.shape, 2.0), comparisons, freedom) >= POWER, 2.0, high)
    return np.where(known, np.where(enough, least, np.inf), np.nan)


def power(
    ratio: np.ndarray, seeds: np.ndarray, comparisons: float = 1, freedom: np.ndarray | float = 1.0
) -> np.ndarray:
    """How often a two-sided t test at 0.05/m finds an effect of `ratio` standard deviations of a difference.

    freedom: degrees of freedom as a multiple of n − 1.

    >>> float(power(np.array([1.0]), np.array([10.0]))[0].round(2))
    0.8
    """
    degrees = np.asarray(freedom) * (seeds - 1)
    bound = stats.t.ppf(1 - ALPHA / max(comparisons, 1) / 2, degrees)
    centre = ratio * np.sqrt(seeds)
    found = stats.nct.sf(bound, degrees, centre) + stats.nct.cdf(-bound, degrees, centre)
    # where the series of the noncentral distribution does not converge, centre is large and this is all but exact
    return np.where(np.isfinite(found), found, stats.norm.sf(bound - centre))
