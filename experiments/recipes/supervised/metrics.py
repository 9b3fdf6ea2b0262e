"""Metrics from targets and a head's raw scores, the same for every trainer and backend.

Ours are in NumPy and float64; any other, of Keras or of the user's own, is what it gives for probabilities or values.
"""

import math
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from scipy.special import expit, log_expit, log_softmax, softmax

from experiments.errors import RequestError, said
from experiments.study import catalog
from experiments.study.imports import load
from experiments.study.scorer import OF_SEVERAL, Scorer
from experiments.study.trial import canonical
from experiments.study.types import KerasPart, OwnPart, PlainTable, Settings
from experiments.tasks.task import Data, Task

_ONE_COLUMN = {"F1Score": 0.5, "FBetaScore": 0.5}  # thresholds; without one Keras takes the highest of the one column
_objects: PlainTable = {}


def scores(
    metrics: tuple[str, ...], y: np.ndarray, z: np.ndarray, scorers: Mapping[str, Scorer] | None = None
) -> dict[str, float]:
    """Every metric by name.

    y: `[examples]` classes or `[examples, outputs]` values. z: `[examples, outputs]` raw scores. scorers: by name
    those metrics that are not the catalog's.

    >>> scores(("accuracy",), np.array([0, 1]), np.array([[2.0, 1.0], [0.0, 3.0]]))
    {'accuracy': 1.0}
    """
    z, scorers = np.asarray(z, np.float64), scorers or {}
    return {name: score(scorers[name], y, z) if name in scorers else _ours(name)(y, z) for name in metrics}


def score(scorer: Scorer, y: np.ndarray, z: np.ndarray) -> float:
    """What a metric of Keras, or of the user's own, gives for all examples at once.

    Classes are one-hot rows beside softmax and a column of 0 and 1 beside sigmoid; metrics of the positive class of
    two (AUC, precision, recall, F1 …) see that class alone, as `class_id=1` has them do.

    Raises RequestError where it gives anything but one number.
    """
    if not np.isfinite(z).all():
        return math.nan
    targets, predictions, settings = _met(scorer, y, z)
    found = scorer.object if scorer.object is not None else _loaded(scorer.target)
    if isinstance(found, type):
        found = _made(found, settings)
    if hasattr(found, "update_state"):
        found.reset_state()
        found.update_state(targets, predictions)
        given = found.result()
    else:
        given = np.mean(np.asarray(found(targets, predictions, **settings), np.float64))
    number = np.asarray(given, np.float64)
    if number.size != 1:
        more = (
            'give average = "macro", "micro" or "weighted"' if "average" in _defaults(found) else "a study ranks by one"
        )
        raise RequestError(f"metrics {scorer.name}: gives {number.size} numbers, allowed is one; {more}")
    return float(number.reshape(()))


def task_scores(task: Task, y: np.ndarray, z: np.ndarray) -> dict[str, float]:
    """Every metric of a task by name."""
    return scores(task.metrics, y, z, task.scorers)


def check_scorers(task: Task, data: Data) -> None:
    """RequestError where a metric that is not ours does not work on a task's data, found before anything trains."""
    y = data.y[data.validation]
    z = np.random.default_rng(0).normal(size=(len(y), task.outputs))
    for name, scorer in task.scorers.items():
        try:
            score(scorer, y, z)
        except RequestError:
            raise
        except Exception as error:  # whatever a metric raises
            raise RequestError(f"metrics {name}: fails on the task's data: {said(error)[:300]}") from error


def _met(scorer: Scorer, y: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, PlainTable]:
    """Targets and predictions as a metric meets them, and what it is made with."""
    settings = dict(scorer.settings)
    if y.ndim == 2:
        return y.astype(np.float32), z.astype(np.float32), settings
    p = (expit(z) if z.shape[1] == 1 else softmax(z, axis=1)).astype(np.float32)
    if scorer.form == "index":
        return y, p, settings
    if z.shape[1] > 1:
        positive = scorer.form == "binary" and z.shape[1] == 2 and not any(settings.get(key) for key in OF_SEVERAL)
        if not positive:
            return np.eye(z.shape[1], dtype=np.float32)[y.astype(int)], p, settings
        p = p[:, 1:]
    threshold = _ONE_COLUMN.get(scorer.target.rsplit(":", 1)[-1])
    return y[:, None].astype(np.float32), p, ({"threshold": threshold} if threshold else {}) | settings


def _made(kind: type[OwnPart], settings: Settings) -> OwnPart:
    """A metric's object, which is used again and again."""
    key = canonical([kind.__module__, kind.__qualname__, settings])
    if key not in _objects:
        _objects[key] = kind(**settings)
    return _objects[key]


@lru_cache(maxsize=32)
def _loaded(target: str) -> OwnPart:
    return load(target, field="metrics")


def _defaults(metric: KerasPart) -> PlainTable:
    return metric.get_config() if hasattr(metric, "get_config") else {}


def _ours(name: str) -> OwnPart:
    return _loaded(catalog.METRICS[name].target)


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
