"""How many seeds a question needs."""

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.intervals import ALPHA

POWER = 0.8
MOST = 10_000
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_QUANTILES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2  # of the law of the true spread, and what each counts


def seeds_needed(
    spread: np.ndarray | pd.Series,
    effect: np.ndarray | pd.Series,
    comparisons: float = 1,
    freedom: np.ndarray | pd.Series | float = 1.0,
    pilots: np.ndarray | pd.Series | float = np.inf,
    overlap: np.ndarray | float = 0.0,
) -> np.ndarray:
    """The fewest seeds with which a true difference of `effect` is found with 80 % probability.

    spread: standard deviation s of the differences over seeds. effect: Δ, above 0, never the effect that was seen.
    comparisons: m of the family; the test is two-sided at 0.05/m. freedom: degrees of freedom as a multiple of n − 1,
    1 for paired seeds; of two independent samples, as `welch` gives it, the answer is the number of seeds on each side.
    pilots: from how many seeds s was estimated, infinity where it is known. overlap: what splits of one data set share:
    the variance of a mean over n seeds is s² (1/n + overlap).

    A spread from a few seeds is as often too small as too large, and too small a one costs more power than too large a
    one gains. So the power is averaged over what the true spread may be, σ² = ν s² / χ²(ν) with ν = freedom ·
    (pilots − 1): then effects of Δ are found in four of five studies that are sized this way, whatever the pilots.

    NaN where the spread is not known, 2 where there is none, infinity beyond `MOST`, or where no number of seeds is
    enough because splits overlap.

    Source: A. O'Hagan, J. Stevens, M. Campbell, Assurance in clinical trial design (2005), with the prior 1/σ.

    >>> seeds_needed(np.array([1.0]), np.array([1.0])).tolist()
    [10.0]
    >>> seeds_needed(np.array([1.0]), np.array([1.0]), pilots=5).tolist()
    [15.0]
    """
    spread, effect = np.asarray(spread, float), np.asarray(effect, float)
    freedom, pilots, overlap = (
        np.broadcast_to(np.asarray(argument, float), spread.shape) for argument in (freedom, pilots, overlap)
    )
    low, high = np.full(spread.shape, 2.0), np.full(spread.shape, float(MOST))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(spread > 0, effect / spread, np.inf)
    known, ratio = np.isfinite(spread) & (effect > 0), np.minimum(ratio, 1e3)

    def enough(seeds: np.ndarray) -> np.ndarray:
        return assurance(ratio, seeds, comparisons, freedom, pilots, overlap) >= POWER

    reached, least = enough(high), enough(low)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        fine = enough(middle)
        low, high = np.where(fine, low, middle), np.where(fine, middle, high)
    return np.where(known, np.where(reached, np.where(least, 2.0, high), np.inf), np.nan)


def assurance(
    ratio: np.ndarray,
    seeds: np.ndarray,
    comparisons: float = 1,
    freedom: np.ndarray | pd.Series | float = 1.0,
    pilots: np.ndarray | pd.Series | float = np.inf,
    overlap: np.ndarray | float = 0.0,
) -> np.ndarray:
    """`power` averaged over what the true spread may be, where it was estimated from `pilots` seeds.

    ratio: Δ / s. The rest is as of `seeds_needed`.

    >>> assurance(np.array([1.0]), np.array([10.0]), pilots=np.array([5.0])).round(2).tolist()
    [0.68]
    """
    degrees = np.asarray(freedom) * (np.asarray(pilots) - 1)
    few = np.where(np.isfinite(degrees), degrees, 1.0)[..., None]
    factors = np.where(np.isfinite(degrees)[..., None], np.sqrt(stats.chi2.ppf(_QUANTILES, few) / few), 1.0)
    wide = (np.asarray(array)[..., None] for array in (ratio, seeds))
    true, seeds = wide
    found = power(true * factors, seeds, comparisons, np.asarray(freedom)[..., None], np.asarray(overlap)[..., None])
    return found @ _WEIGHTS


def power(
    ratio: np.ndarray,
    seeds: np.ndarray,
    comparisons: float = 1,
    freedom: np.ndarray | pd.Series | float = 1.0,
    overlap: np.ndarray | float = 0.0,
) -> np.ndarray:
    """How often a two-sided t test at 0.05/m finds an effect of `ratio` standard deviations of a difference.

    freedom: degrees of freedom as a multiple of n − 1. overlap: as of `seeds_needed`.

    >>> float(power(np.array([1.0]), np.array([10.0]))[0].round(2))
    0.8
    """
    degrees = np.asarray(freedom) * (seeds - 1)
    bound = stats.t.ppf(1 - ALPHA / max(comparisons, 1) / 2, degrees)
    centre = ratio / np.sqrt(1 / np.asarray(seeds) + overlap)
    found = stats.nct.sf(bound, degrees, centre) + stats.nct.cdf(-bound, degrees, centre)
    # where the series of the noncentral distribution does not converge, centre is large and this is all but exact
    return np.where(np.isfinite(found), found, stats.norm.sf(bound - centre))
