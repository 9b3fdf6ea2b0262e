"""The one interval of this project: Student's t over seeds, at a level corrected for the comparisons made."""

import numpy as np
import pandas as pd
from scipy import stats

ALPHA = 0.05
ROUNDING = 1e-6  # relative; what float32 arithmetic leaves of two equal scores


def intervals(
    values: pd.DataFrame, comparisons: float = 1, sizes: np.ndarray | None = None, overlap: float = 0.0
) -> pd.DataFrame:
    """A mean with its interval for each row, over the seeds in its columns.

    values: `[rows, seeds]`, NaN where a seed is missing. For a comparison, the paired differences.
    comparisons: m of the family; the level is 1 − 0.05/m (Bonferroni).
    sizes: for each row the size of the scores that were subtracted; less than 1e-6 of it is rounding.
    overlap: of `Declared`: the variance of a mean over n seeds is s² · (1/n + overlap).

    Returns, on the same index: `n, mean, sd, low, high, kind`, where kind is
    - `interval`: low and high are its ends;
    - `none`: no seed; `one seed`: no spread is known; low and high are NaN in both;
    - `identical`: zero on every seed; `constant`: the same other value on every seed. t says nothing of
      values without spread. Zero has the ends 0 and 0. A constant is its own two ends where that many equal
      signs in a row (of `effective` seeds) would be rarer than 0.05/m, else it has none.

    >>> intervals(pd.DataFrame([[1.0, 2.0, 3.0]]))[["n", "mean", "low", "high"]].round(2).values.tolist()
    [[3.0, 2.0, -0.48, 4.48]]
    """
    array = values.to_numpy(dtype=float)
    known = ~np.isnan(array)
    n = known.sum(axis=1)
    filled = np.where(known, array, 0.0)
    mean = np.divide(filled.sum(axis=1), n, out=np.full(len(n), np.nan), where=n > 0)
    squares = (np.where(known, array - mean[:, None], 0.0) ** 2).sum(axis=1)
    sd = np.sqrt(np.divide(squares, n - 1, out=np.full(len(n), np.nan), where=n > 1))

    size = np.abs(filled).max(axis=1, initial=0.0) if sizes is None else sizes
    rate = ALPHA / max(comparisons, 1)
    flat = (n > 1) & (sd <= ROUNDING * size)
    zero = flat & (np.abs(mean) <= ROUNDING * size)
    spread = (n > 1) & ~flat
    half = np.full(len(n), np.nan)
    half[spread] = stats.t.ppf(1 - rate / 2, n[spread] - 1) * sd[spread] * np.sqrt(1 / n[spread] + overlap)
    half[flat & ~zero & (2.0 ** (1 - effective(n, overlap)) <= rate)] = 0.0
    half[zero] = 0.0
    centre = np.where(zero, 0.0, mean)
    kind = np.select([n == 0, n == 1, zero, flat], ["none", "one seed", "identical", "constant"], default="interval")
    return pd.DataFrame(
        {"n": n, "mean": centre, "sd": sd, "low": centre - half, "high": centre + half, "kind": kind},
        index=values.index,
    )


def effective(n: np.ndarray | float, overlap: float) -> np.ndarray:
    """How many independent seeds would tell as much as n that overlap.

    >>> effective(20, 0.0).round(1).item(), effective(20, 1 / 3).round(1).item()
    (20.0, 2.6)
    """
    return 1 / (1 / np.maximum(n, 1) + overlap)
