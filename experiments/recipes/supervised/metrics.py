"""Metrics of what a model gave, the same for every trainer and backend.

Ours are in NumPy and float64; any other, of Keras or of the user's own, is what it gives for probabilities or values.
"""

import math
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from scipy.special import log_expit, log_softmax

from experiments.errors import RequestError, said
from experiments.recipes.supervised.scored import SOURCES, Scored
from experiments.study import catalog
from experiments.study.imports import load
from experiments.study.scorer import OF_SEVERAL, Scorer
from experiments.study.trial import canonical
from experiments.study.types import KerasPart, OwnPart, PlainTable, Settings
from experiments.tasks.task import Data, Task

_ONE_COLUMN = {"F1Score": 0.5, "FBetaScore": 0.5}  # thresholds; without one Keras takes the highest of the one column
_objects: PlainTable = {}


def scores(metrics: tuple[str, ...], scored: Scored, scorers: Mapping[str, Scorer] | None = None) -> dict[str, float]:
    """Every metric by name. scorers: by name those metrics that are not the catalog's.

    >>> scores(("accuracy",), Scored("softmax", np.array([0, 1]), np.array([[2.0, 1.0], [0.0, 3.0]])))
    {'accuracy': 1.0}
    """
    scorers = scorers or {}
    return {name: score(scorers[name], scored) if name in scorers else _of_catalog(name, scored) for name in metrics}


def _of_catalog(name: str, scored: Scored, settings: Settings | None = None) -> float:
    part = catalog.METRICS[name]
    return float(_loaded(part.target)(*SOURCES[part.of](scored), **(settings or {})))


def score(scorer: Scorer, scored: Scored) -> float:
    """What a metric of Keras, or of the user's own, gives for all examples at once.

    Classes are one-hot rows beside the probabilities of softmax and ordinal heads, and a column of 0 and 1 beside
    sigmoid; metrics of the positive class of two (AUC, precision, recall, F1 …) see that class alone, as `class_id=1`
    has them do. Labels, fractions and values are as they are.

    Raises RequestError where it gives anything but one number.
    """
    if scorer.output:
        scored = scored.of_output(scorer.output)
    if scorer.metric:
        return _of_catalog(scorer.metric, scored, scorer.settings)
    if not np.isfinite(scored.z).all():
        return math.nan
    targets, predictions, settings = _met(scorer, scored)
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


def task_scores(task: Task, scored: Scored) -> dict[str, float]:
    """Every metric of a task by name."""
    return scores(task.metrics, scored, task.scorers)


def has_right_answers(task: Task) -> bool:
    """Whether an example is right or wrong: one class is predicted for it, and accuracy counts that."""
    known = catalog.HEADS[task.head].target == "class"
    return known and "accuracy" in task.metrics and "accuracy" not in task.scorers


def check_scores(task: Task, data: Data) -> None:
    """RequestError where a metric does not work on a task's data, found before anything trains."""
    generator = np.random.default_rng(0)
    for part in (data.validation, data.test):
        check_part(task, data, part, generator.normal(size=(len(part), task.outputs)))


def check_part(task: Task, data: Data, part: np.ndarray, z: np.ndarray) -> None:
    """The same for some examples, by their places in the data, and raw scores of them."""
    scored = Scored.of(task, data, part, z, lambda: [np.zeros((math.prod(task.input_shape), 1))])
    for name in task.metrics:
        try:
            scores((name,), scored, task.scorers)
        except RequestError:
            raise
        except Exception as error:  # whatever a metric raises
            raise RequestError(f"metrics {name}: fails on the task's data: {said(error)[:300]}") from error


def _met(scorer: Scorer, scored: Scored) -> tuple[np.ndarray, np.ndarray, PlainTable]:
    """Targets and predictions as a metric meets them, and what it is made with."""
    settings, y = dict(scorer.settings), scored.y
    classes = catalog.HEADS[scored.head].classes(scored.z.shape[1])
    if classes is None:
        predictions = scored.values if scored.head == "linear" else scored.probabilities
        return y.astype(np.float32), predictions.astype(np.float32), settings
    p = scored.probabilities.astype(np.float32)
    if scorer.form == "index":
        return y, p, settings
    if p.ndim == 2:
        positive = scorer.form == "binary" and classes == 2 and not any(settings.get(key) for key in OF_SEVERAL)
        if not positive:
            return np.eye(classes, dtype=np.float32)[y.astype(int)], p, settings
        p = p[:, 1]
    threshold = _ONE_COLUMN.get(scorer.target.rsplit(":", 1)[-1])
    return y[:, None].astype(np.float32), p[:, None], ({"threshold": threshold} if threshold else {}) | settings


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


def accuracy(y: np.ndarray, decisions: np.ndarray) -> float:
    """Share of classes, or of labels, that are decided rightly."""
    return float(np.mean(y == decisions))


def cross_entropy(targets: np.ndarray, z: np.ndarray) -> float:
    """Mean of −log p(what is true), in nats.

    targets: `[examples]` classes beside softmax; else as z, what each sigmoid is held against, from 0 to 1. Then
    −y log p − (1 − y) log(1 − p) is averaged over outputs too.
    """
    if targets.ndim == 1:
        return float(-np.mean(log_softmax(z, axis=1)[np.arange(len(targets)), targets]))
    parts = [np.where(share == 0, 0.0, share * log_expit(side)) for share, side in ((targets, z), (1 - targets, -z))]
    return float(-np.mean(parts[0] + parts[1]))


def top_k(targets: np.ndarray, z: np.ndarray, k: int = 5) -> float:
    """Share of examples whose class is among the k of the highest scores.

    Where scores are equal it is the chance of that if they were put in any order: a constant prediction of equal
    probabilities scores k / classes.

    >>> top_k(np.array([0, 2]), np.array([[4.0, 3.0, 2.0, 1.0], [0.0, 0.0, 0.0, 0.0]]), k=2)
    0.75
    """
    if k >= z.shape[1]:
        raise RequestError(f"metrics top_k: got k = {k} with {z.shape[1]} classes, allowed is a k below that")
    own = z[np.arange(len(targets)), targets][:, None]
    return float(np.mean(np.clip((k - (z > own).sum(axis=1)) / np.maximum((z == own).sum(axis=1), 1), 0, 1)))


def mean_absolute_error(y: np.ndarray, values: np.ndarray) -> float:
    """Mean of |prediction − y|, in the target's unit; of ordered classes how many steps they are apart."""
    return float(np.mean(np.abs(values - y)))


def mean_squared_error(y: np.ndarray, values: np.ndarray) -> float:
    """Mean of (prediction − y)², in the target's unit squared."""
    return float(np.mean(np.square(values - y)))
