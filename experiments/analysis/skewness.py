"""How skewed scores are, by L-moments, and what skew does to Student's t: how much longer its intervals must be."""

from functools import cache

import numpy as np
from scipy import integrate, special, stats

LEVEL = 0.005  # two-sided, at which t's distribution in skewed samples is measured; what is rarer takes more draws
SUSPECTED, MARGIN = 1.3, 0.5  # standard errors of no skewness: from where it counts, and how many are added to it
FEWEST = 3  # values that have a third L-moment
_SHAPES = np.linspace(0.0, 2.0, 21)  # σ of lognormal laws, which stand for any skewed one; 0 is the normal law
_DRAWS = 20_000


def l_moments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The second and third L-moment of each row and the variance of their ratio where nothing is skewed.

    values: `[rows, values]`, NaN where one is missing. NaN for rows of fewer than 3. The estimates are unbiased, so
    that those of few seeds of many configurations can be summed; their ratio, the L-skewness, lies between −1 and 1.

    Source: J. Hosking, L-moments (1990).

    >>> second, third, variance = l_moments(np.array([[1.0, 2.0, 3.0, 10.0]]))
    >>> [round(float(moment[0]), 2) for moment in (second, third, variance)]
    [2.33, 1.5, 0.1]
    """
    ordered, n = np.sort(values, axis=-1), (~np.isnan(values)).sum(axis=-1)
    enough = np.where(n >= FEWEST, n, np.nan)
    place, count = np.arange(values.shape[-1]), enough[..., None]
    known = np.where(np.isnan(ordered), 0.0, ordered)
    zeroth = known.sum(axis=-1) / enough
    first = (known * place / (count - 1)).sum(axis=-1) / enough
    second = (known * place * (place - 1) / ((count - 1) * (count - 2))).sum(axis=-1) / enough
    return 2 * first - zeroth, 6 * second - 6 * first + zeroth, (0.1866 + 0.8 / enough) / enough


def skewness(ratio: np.ndarray, error: np.ndarray, suspected: float = SUSPECTED) -> np.ndarray:
    """The moment skewness of the lognormal law that has this L-skewness and a little more; 0 where it may be none.

    ratio: L-skewness. error: its standard error where nothing is skewed. What is less than `suspected` errors away from
    0 counts as none; to what is more, `MARGIN` errors are added.

    >>> skewness(np.array([0.02, 0.4, -0.4]), np.array([0.1, 0.1, 0.1])).round(1).tolist()
    [0.0, 5.8, -5.8]
    """
    away = np.abs(ratio)
    found = np.where(away > suspected * error, np.interp(away + MARGIN * error, *_laws()), 0.0)
    return np.sign(ratio) * found


def stretches(skew: np.ndarray, seeds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How much longer than t's the two halves of an interval of a mean must be to keep its level: low, high.

    skew: of what the mean is over, moment skewness. seeds: of how many. From t's own distribution in lognormal samples
    (the studentized method); never below 1.

    Source: P. Hall, The Bootstrap and Edgeworth Expansion (1992), for the studentized bootstrap.

    >>> low, high = stretches(np.array([0.0, 6.18, -6.18]), np.array([10, 10, 10]))
    >>> low.round(0).tolist(), high.round(0).tolist()
    ([1.0, 1.0, 3.0], [1.0, 3.0, 1.0])
    """
    skew, seeds = (np.asarray(array) for array in (skew, seeds))
    near, far = np.ones(skew.shape), np.ones(skew.shape)
    for count in np.unique(seeds[(skew != 0) & (seeds > 1)]):
        some = (seeds == count) & (skew != 0)
        shape = np.interp(np.abs(skew[some]), _skewnesses(), _SHAPES)
        near[some], far[some] = (np.interp(shape, _SHAPES, side) for side in _halves(int(count)))
    return np.where(skew < 0, far, near), np.where(skew > 0, far, near)


@cache
def _halves(seeds: int) -> tuple[np.ndarray, np.ndarray]:
    """The stretch of the half away from the long tail and of the one towards it, for every shape."""
    draws = np.random.default_rng(seeds).normal(size=(max(_DRAWS // max(seeds // 20, 1), 2000), seeds))
    even, factors = stats.t.ppf(1 - LEVEL / 2, seeds - 1), [(1.0, 1.0)]
    for shape in _SHAPES[1:]:
        values = np.exp(shape * draws) - np.exp(shape**2 / 2)
        t = values.mean(axis=1) * np.sqrt(seeds) / values.std(axis=1, ddof=1)
        low, high = np.quantile(t, [LEVEL / 2, 1 - LEVEL / 2])
        factors.append((high / even, -low / even))
    near, far = np.maximum.accumulate(np.maximum(np.array(factors), 1.0)).T
    return near, far


@cache
def _laws() -> tuple[np.ndarray, np.ndarray]:
    """L-skewness and moment skewness of every shape."""
    ratios = [0.0]
    for shape in _SHAPES[1:]:
        area = integrate.quad(lambda x: special.erf(x / np.sqrt(3)) * np.exp(-(x**2)), 0, shape / 2)[0]
        ratios.append(6 / np.sqrt(np.pi) * area / special.erf(shape / 2))
    return np.array(ratios), _skewnesses()


@cache
def _skewnesses() -> np.ndarray:
    power = np.exp(_SHAPES**2)
    return (power + 2) * np.sqrt(power - 1)
