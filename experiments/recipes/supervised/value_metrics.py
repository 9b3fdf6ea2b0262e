"""Metrics of predicted numbers, `[examples, outputs]`, beside the mean errors."""

import numpy as np
from sklearn import metrics

from experiments.errors import RequestError


def rmse(y: np.ndarray, values: np.ndarray) -> float:
    """The root of the mean of (prediction − y)² over examples and outputs, in the target's unit."""
    return float(np.sqrt(np.mean(np.square(values - y))))


def r2_score(y: np.ndarray, values: np.ndarray) -> float:
    """1 − Σ (prediction − y)² / Σ (mean of y − y)², the mean over outputs: 1 is best, 0 what the mean of y gives.

    Of an output that is the same for all examples it is 1 where it is predicted exactly, else 0.
    """
    if not np.isfinite(values).all():
        return float("nan")
    if len(y) < 2:
        raise RequestError(f"metrics r2_score: a part of the data has {len(y)} example, allowed are two or more")
    return float(metrics.r2_score(y, values))
