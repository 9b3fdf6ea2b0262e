"""The one interval of this project: Student's t over seeds, at a level corrected for the comparisons made."""

import numpy as np
import pandas as pd
from scipy import stats

ALPHA = 0.05
STRETCHES = ("stretch_low", "stretch_high")  # of an interval's two halves, for samples with a long tail
SHIFTS = ("shift_low", "shift_high")  # by which its ends lie further out, for what collapses more often than was seen
Columns = dict[str, np.ndarray]  # of a table, by name
ROUNDING = 1e-6  # relative; what float32 arithmetic leaves of two equal scores


def intervals(
    values: pd.DataFrame, comparisons: float = 1, sizes: np.ndarray | None = None, overlap: float = 0.0
) -> pd.DataFrame:
    """A mean with its interval for each row, over the seeds in its columns.

    values: `[rows, seeds]`, NaN where a seed is missing. For a comparison, the paired differences.
    comparisons: m of the family; the level is 1 − 0.05/m (Bonferroni).
    sizes: for each row the size of the scores that were subtracted; less than 1e-6 of it is rounding.
    overlap: of `Declared`: the variance of a mean over n seeds is s² · (1/n + overlap).

    Returns, on the same index: `n, mean, sd, error, degrees, p, low, high, kind`. error is the standard error of the
    mean, degrees are its degrees of freedom, p is two-sided and not corrected. kind is
    - `interval`: low and high are its ends;
    - `none`: no seed; `one seed`: no spread is known; low, high and p are NaN in both;
    - `identical`: zero on every seed; `constant`: the same other value on every seed. t says nothing of
      values without spread. Zero has the ends 0 and 0. A constant is its own two ends where that many equal
      signs in a row (of `effective` seeds; that is p) would be rarer than 0.05/m, else it has none.

    >>> intervals(pd.DataFrame([[1.0, 2.0, 3.0]]))[["n", "mean", "low", "high"]].round(2).values.tolist()
    [[3.0, 2.0, -0.48, 4.48]]
    """
    return pd.DataFrame(interval_columns(values.to_numpy(dtype=float), comparisons, sizes, overlap), index=values.index)


def interval_columns(
    array: np.ndarray, comparisons: float = 1, sizes: np.ndarray | None = None, overlap: float = 0.0
) -> Columns:
    """The columns of `intervals`, for `[rows, seeds]`."""
    known = ~np.isnan(array)
    n = known.sum(axis=1)
    filled = np.where(known, array, 0.0)
    mean = np.divide(filled.sum(axis=1), n, out=np.full(len(n), np.nan), where=n > 0)
    squares = (np.where(known, array - mean[:, None], 0.0) ** 2).sum(axis=1)
    sd = np.sqrt(np.divide(squares, n - 1, out=np.full(len(n), np.nan), where=n > 1))

    size = np.abs(filled).max(axis=1, initial=0.0) if sizes is None else sizes
    flat = (n > 1) & (sd <= ROUNDING * size)
    zero = flat & (np.abs(mean) <= ROUNDING * size)
    kind = np.select([n == 0, n == 1, zero, flat], ["none", "one seed", "identical", "constant"], default="interval")
    table = {
        "n": n,
        "mean": np.where(zero, 0.0, mean),
        "sd": sd,
        "error": sd / np.sqrt(effective(n, overlap)),
        "degrees": np.maximum(n - 1.0, 0.0),
    }
    p = p_values(table["mean"], table["error"], table["degrees"], kind, 2.0 ** (1 - effective(n, overlap)))
    low, high = ends(table | {"p": p, "kind": kind}, ALPHA / max(comparisons, 1))
    return table | {"p": p, "low": low, "high": high, "kind": kind}


def effective(n: np.ndarray | float, overlap: float) -> np.ndarray:
    """How many independent seeds say as much as n that overlap.

    >>> effective(20, 0.0).round(1).item(), effective(20, 1 / 3).round(1).item()
    (20.0, 2.6)
    """
    return 1 / (1 / np.maximum(n, 1) + overlap)


def add_ends(table: pd.DataFrame, rare: np.ndarray, rate: float) -> pd.DataFrame:
    """Rows with `p, low, high` for their `mean, error, degrees, kind`; kind comes last.

    rare: how rare it would be by chance that a `constant` has no spread. rate: the error of the interval, two-sided.
    """
    table = table.assign(p=p_values(*_columns(table), rare=np.asarray(rare)))
    low, high = ends(table, rate)
    return table.assign(low=low, high=high, kind=table.pop("kind"))


def ends(table: pd.DataFrame | Columns, rate: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """The two ends of the interval of every row at another level.

    table: rows of `intervals` or `welch`, or their columns. Where they have `stretch_low, stretch_high`, the two halves
    are that many times as long, and `shift_low, shift_high` are added. rate: the error of the interval, two-sided, for
    all rows or for each.

    >>> low, high = ends(intervals(pd.DataFrame([[1.0, 2.0, 3.0]])), 0.01)
    >>> [round(float(end), 2) for end in (low[0], high[0])]
    [-3.73, 7.73]
    """
    half = half_widths(*_columns(table)[1:], p=np.asarray(table["p"], float), rate=rate)
    mean = np.asarray(table["mean"], float)
    stretch = [np.asarray(table[name], float) if name in table else 1.0 for name in STRETCHES]
    shift = [np.asarray(table[name], float) if name in table else 0.0 for name in SHIFTS]
    return mean - half * stretch[0] - shift[0], mean + half * stretch[1] + shift[1]


def stretched_p(table: pd.DataFrame | Columns) -> np.ndarray:
    """The p of rows whose intervals are stretched: that of the level at which `ends` comes to 0."""
    p, spread = np.array(table["p"], float), np.asarray(table["kind"], object) == "interval"
    names = ("mean", "error", "degrees", *STRETCHES, *SHIFTS)
    mean, error, degrees, low, high, less, more = (np.asarray(table[name], float)[spread] for name in names)
    left = np.maximum(np.abs(mean) - np.where(mean > 0, less, more), 0.0)
    p[spread] = 2 * stats.t.sf(left / error / np.where(mean > 0, low, high), degrees)
    return p


def p_values(
    mean: np.ndarray, error: np.ndarray, degrees: np.ndarray, kind: np.ndarray, rare: np.ndarray
) -> np.ndarray:
    """Two-sided p of means whose standard errors have these degrees of freedom. kind: of `intervals`."""
    p = np.select([kind == "identical", kind == "constant"], [1.0, rare], default=np.nan)
    spread = kind == "interval"
    p[spread] = 2 * stats.t.sf(np.abs(mean[spread] / error[spread]), degrees[spread])
    return p


def half_widths(
    error: np.ndarray, degrees: np.ndarray, kind: np.ndarray, p: np.ndarray, rate: np.ndarray | float
) -> np.ndarray:
    """Half of the width of intervals at the level 1 − rate, NaN where there is none. kind: of `intervals`."""
    rate, spread = np.broadcast_to(rate, kind.shape), kind == "interval"
    half = np.full(kind.shape, np.nan)
    distinct, places = np.unique(np.stack([rate[spread], degrees[spread]]), axis=1, return_inverse=True)
    half[spread] = stats.t.ppf(1 - distinct[0] / 2, distinct[1])[places.reshape(-1)] * error[spread]
    half[(kind == "identical") | ((kind == "constant") & (p <= rate))] = 0.0
    return half


def _columns(table: pd.DataFrame | Columns) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    mean, error, degrees = (np.asarray(table[name], float) for name in ("mean", "error", "degrees"))
    return mean, error, degrees, np.asarray(table["kind"], object)
