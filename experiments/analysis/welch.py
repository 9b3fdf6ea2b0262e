"""Two independent samples compared: Welch's t, for two sides that share no seeds."""

import math
from math import comb

import numpy as np

from experiments.analysis.intervals import ALPHA, ROUNDING, half_widths, p_values

COLUMNS = ["n", "own_n", "reference_n", "mean", "sd", "error", "degrees", "p", "low", "high", "kind", "freedom"]


def welch(
    own: np.ndarray, reference: np.ndarray, comparisons: float = 1, overlap: float = 0.0
) -> dict[str, float | str]:
    """The difference of two means with its interval, the two variances unequal.

    own, reference: scores of the two sides, none missing. comparisons: m of the family; the level is 1 − 0.05/m.
    overlap: of `Declared`: the variance of a side's mean over n seeds is s² · (1/n + overlap).

    Returns `n` (the smaller side), `own_n, reference_n, mean, error, degrees, p, low, high` as `intervals` has them;
    `sd`, √(s₁² + s₂²), the spread of a difference of one score of each side; `freedom`, the degrees of freedom that
    equally large sides have by Satterthwaite, as a multiple of n − 1 (1 to 2); and `kind`, as of `intervals`:
    - `none`: a side has no score; `one seed`: a side has a single one, so its spread is not known;
    - `identical`, `constant`: each side has the same score throughout, and the two are equal, or are not. A constant
      difference is its own two ends where dealing the scores to the sides by chance would separate them more rarely
      than 0.05/m, else (and where seeds overlap) it has none.

    Source: B. L. Welch, The generalization of “Student's” problem (1947); F. E. Satterthwaite (1946).

    >>> found = welch(np.array([3.0, 4.0, 5.0]), np.array([1.0, 2.0, 1.5, 2.5]))
    >>> [round(found[name], 2) for name in ("mean", "low", "high")]
    [2.25, 0.23, 4.27]
    """
    estimates = sample(own, reference, overlap)
    mean, error, degrees, kind, rare = (
        np.array([estimates[name]]) for name in ("mean", "error", "degrees", "kind", "rare")
    )
    p = p_values(mean, error, degrees, kind, rare)
    half = half_widths(error, degrees, kind, p, ALPHA / max(comparisons, 1))
    ends = {"p": float(p[0]), "low": float((mean - half)[0]), "high": float((mean + half)[0])}
    return {name: (estimates | ends)[name] for name in COLUMNS}


def sample(own: np.ndarray, reference: np.ndarray, overlap: float = 0.0) -> dict[str, float | str]:
    """What `welch` says that holds at every level, and `rare`: how rare two sides without spread are by chance."""
    sizes = np.array([len(own), len(reference)])
    mean, sd = math.nan, math.nan
    summary: dict[str, float | str] = {
        "n": int(sizes.min()), "own_n": int(sizes[0]), "reference_n": int(sizes[1]), "mean": np.nan, "sd": np.nan,
        "error": np.nan, "degrees": 0.0, "kind": "none", "freedom": 1.0,
        "rare": 1.0 if overlap else 2 / comb(int(sizes.sum()), int(sizes[0])),
    }  # fmt: skip
    if sizes.min():
        mean = float(own.mean() - reference.mean())
        summary |= {"mean": mean, "kind": "one seed"}
    if sizes.min() > 1:
        variances = np.array([own.var(ddof=1), reference.var(ddof=1)])
        summary["sd"] = sd = float(np.sqrt(variances.sum()))
        size = max(np.abs(own).max(), np.abs(reference).max())
        if sd > ROUNDING * size:
            error, degrees = independent_error(variances, sizes, overlap)
            summary |= {"error": float(error), "degrees": float(degrees), "kind": "interval"}
            summary["freedom"] = float(variances.sum() ** 2 / (variances**2).sum())
        elif abs(mean) <= ROUNDING * size:
            summary |= {"mean": 0.0, "kind": "identical"}
        else:
            summary["kind"] = "constant"
    return summary


def independent_error(variances: np.ndarray, sizes: np.ndarray, overlap: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """The standard error of a sum or difference of means of independent samples, and its degrees of freedom.

    variances, sizes: of the samples, along the first axis; each has two scores or more. overlap: of `Declared`.

    >>> error, degrees = independent_error(np.array([1.0, 1.0]), np.array([8, 8]))
    >>> float(error), float(degrees)
    (0.5, 14.0)
    """
    parts = variances * (1 / sizes + overlap)
    total = parts.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        degrees = total**2 / (parts**2 / (sizes - 1)).sum(axis=0)
    return np.sqrt(total), degrees
