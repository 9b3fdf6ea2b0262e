"""Metrics from targets and a head's raw scores, in NumPy and float64: the same for every trainer and backend."""

import numpy as np
from scipy.special import log_expit, log_softmax

from experiments import catalog
from experiments.imports import load


def scores(metrics: tuple[str, ...], y: np.ndarray, z: np.ndarray) -> dict[str, float]:
    """Every metric by name.

    y: `[examples]` classes or `[examples, outputs]` values. z: `[examples, outputs]` raw scores.

    >>> scores(("accuracy",), np.array([0, 1]), np.array([[2.0, 1.0], [0.0, 3.0]]))
    {'accuracy': 1.0}
    """
    z = np.asarray(z, np.float64)
    return {name: float(load(catalog.METRICS[name].target)(y, z)) for name in metrics}


def accuracy(y: np.ndarray, z: np.ndarray) -> float:
    """Share of examples whose class has the highest score; with one output, class 1 where z > 0."""
    return float(np.mean(correct(y, z)))


def correct(y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Which examples `accuracy` counts, `[examples]`."""
    return (z[:, 0] > 0 if z.shape[1] == 1 else z.argmax(axis=1)) == y


def cross_entropy(y: np.ndarray, z: np.ndarray) -> float:
    """Mean of −log p(true class), in nats."""
    if z.shape[1] == 1:
        return float(-np.mean(log_expit(np.where(y == 1, z[:, 0], -z[:, 0]))))
    return float(-np.mean(log_softmax(z, axis=1)[np.arange(len(y)), y]))


def mean_absolute_error(y: np.ndarray, z: np.ndarray) -> float:
    """Mean of |z − y|, in the target's unit."""
    return float(np.mean(np.abs(z - y)))


def mean_squared_error(y: np.ndarray, z: np.ndarray) -> float:
    """Mean of (z − y)², in the target's unit squared."""
    return float(np.mean(np.square(z - y)))
