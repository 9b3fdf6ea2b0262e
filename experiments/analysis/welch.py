"""Two independent samples compared: Welch's t, for two sides that share no seeds."""

from math import comb

import numpy as np
from scipy import stats

from experiments.analysis.intervals import ALPHA, ROUNDING

COLUMNS = ["n", "own_n", "reference_n", "mean", "sd", "low", "high", "kind", "freedom"]


def welch(
    own: np.ndarray, reference: np.ndarray, comparisons: float = 1, overlap: float = 0.0
) -> dict[str, float | str]:
    """The difference of two means with its interval, the two variances unequal.

    own, reference: scores of the two sides, none missing. comparisons: m of the family; the level is 1 − 0.05/m.
    overlap: of `Declared`: the variance of a side's mean over n seeds is s² · (1/n + overlap).

    Returns `n` (the smaller side), `own_n, reference_n, mean, low, high`; `sd`, √(s₁² + s₂²), the spread of a
    difference of one score of each side; `freedom`, the degrees of freedom that equally large sides have by
    Satterthwaite, as a multiple of n − 1 (1 to 2); and `kind`, as of `intervals`:
    - `none`: a side has no score; `one seed`: a side has a single one, so its spread is not known;
    - `identical`, `constant`: each side has the same score throughout, and the two are equal, or are not. A constant
      difference is its own two ends where dealing the scores to the sides by chance would separate them more rarely
      than 0.05/m, else (and where seeds overlap) it has none.

    Source: B. L. Welch, The generalization of “Student's” problem (1947); F. E. Satterthwaite (1946).

    >>> found = welch(np.array([3.0, 4.0, 5.0]), np.array([1.0, 2.0, 1.5, 2.5]))
    >>> [round(found[name], 2) for name in ("mean", "low", "high")]
    [2.25, 0.23, 4.27]
    """
    sizes = len(own), len(reference)
    found = {"n": min(sizes), "own_n": sizes[0], "reference_n": sizes[1], "sd": np.nan, "freedom": 1.0}
    if not min(sizes):
        return found | {"mean": np.nan, "low": np.nan, "high": np.nan, "kind": "none"}
    mean = float(own.mean() - reference.mean())
    if min(sizes) == 1:
        return found | {"mean": mean, "low": np.nan, "high": np.nan, "kind": "one seed"}
    variances = np.array([own.var(ddof=1), reference.var(ddof=1)])
    found["sd"] = float(np.sqrt(variances.sum()))
    size, rate = max(np.abs(own).max(), np.abs(reference).max()), ALPHA / max(comparisons, 1)
    if found["sd"] <= ROUNDING * size:
        same = abs(mean) <= ROUNDING * size
        rare = 2 / comb(sum(sizes), sizes[0]) <= rate and not overlap
        half = 0.0 if same or rare else np.nan
        mean = 0.0 if same else mean
        return found | {
            "mean": mean, "low": mean - half, "high": mean + half, "kind": "identical" if same else "constant",
        }  # fmt: skip
    parts = variances * (1 / np.array(sizes) + overlap)
    freedom = parts.sum() ** 2 / (parts**2 / (np.array(sizes) - 1)).sum()
    half = float(stats.t.ppf(1 - rate / 2, freedom) * np.sqrt(parts.sum()))
    found["freedom"] = float(variances.sum() ** 2 / (variances**2).sum())
    return found | {"mean": mean, "low": mean - half, "high": mean + half, "kind": "interval"}
