"""Metrics of probabilities: `[examples]` of class 1 of two, or `[examples, classes]`, or `[examples, labels]`."""

from collections.abc import Callable

import numpy as np
from scipy.stats import rankdata
from sklearn import metrics

from experiments.errors import RequestError

BINS = 15


def roc_auc(y: np.ndarray, p: np.ndarray) -> float:
    """The chance that an example of a class has the higher probability of it than one of another; equal ones count ½.

    The mean over labels, or over classes, each against the rest. Those that all examples of a part have, or none, are
    left out. (By ranks, as Mann and Whitney have it: scikit-learn takes 3 to 14 times as long.)
    """
    return _mean("roc_auc", y, p, _auc, lambda found: 0 < found.sum() < len(found))


def _auc(found: np.ndarray, p: np.ndarray) -> float:
    count = found.sum()
    return float((rankdata(p)[found].sum() - count * (count + 1) / 2) / (count * (len(found) - count)))


def average_precision(y: np.ndarray, p: np.ndarray) -> float:
    """The area under the curve of precision against recall, as the sum Σ (Rₙ − Rₙ₋₁) Pₙ over thresholds.

    The mean over labels, or over classes, each against the rest. Those that no example of a part has are left out.
    """
    return _mean("average_precision", y, p, metrics.average_precision_score, lambda found: bool(found.any()))


def brier_score(y: np.ndarray, p: np.ndarray) -> float:
    """Mean of (p − y)²: of two classes, or over all labels; of several classes half the sum Σ (pₖ − yₖ)².

    0 is best, 1 worst (G. W. Brier, Verification of forecasts expressed in terms of probability, 1950).
    """
    if y.ndim == p.ndim:
        return float(np.mean(np.square(p - y)))
    return float(np.mean(np.square(p - _one_hot(y, p)).sum(axis=1)) / 2)


def expected_calibration_error(y: np.ndarray, p: np.ndarray) -> float:
    """Mean of |share that is right − mean probability of the predicted class| over 15 equal bins of that probability.

    Each bin counts by its examples (C. Guo and others, On calibration of modern neural networks, 2017).
    """
    if not np.isfinite(p).all():
        return float("nan")
    p = np.stack([1 - p, p], axis=1) if p.ndim == 1 else p
    right, confidence = p.argmax(axis=1) == y, p.max(axis=1)
    bins = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    return float(np.abs(np.bincount(bins, right - confidence)).sum() / len(y))


def probability_error(truth: np.ndarray | None, p: np.ndarray) -> float:
    """Mean of |p − the true probability|; of several classes half the sum over them, the total variation."""
    if truth is None:
        raise RequestError("metrics probability_error: the task does not know true probabilities, Data(truth=…)")
    gaps = np.abs(p - truth)
    return float(np.mean(gaps if gaps.ndim == 1 else gaps.sum(axis=1) / 2))


def _one_hot(y: np.ndarray, p: np.ndarray) -> np.ndarray:
    return np.eye(p.shape[1])[y.astype(int)]


def _mean(
    name: str,
    y: np.ndarray,
    p: np.ndarray,
    metric: Callable[[np.ndarray, np.ndarray], float],
    is_defined: Callable[[np.ndarray], bool],
) -> float:
    """The mean of a metric over classes or labels for which it is defined; of two classes that of class 1."""
    if not np.isfinite(p).all():
        return float("nan")
    if p.ndim == 1 or (y.ndim == 1 and p.shape[1] == 2):
        found, p = (y == 1)[:, None], p.reshape(len(p), -1)[:, -1:]
    else:
        found = (y if y.ndim == 2 else _one_hot(y, p)) > 0
    kept = [at for at in range(found.shape[1]) if is_defined(found[:, at])]
    if not kept:
        raise RequestError(f"metrics {name}: a part of the data has one class alone, so that there is nothing to rank")
    return float(np.mean([metric(found[:, at], p[:, at]) for at in kept]))
