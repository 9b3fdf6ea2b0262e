"""Stacking rules of metrics: their values example by example, in the program, whose mean `metrics` gives."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from keras import ops

from custom.types import Tensor
from experiments.recipes.registry import Registry, never
from experiments.recipes.stacking import PerExample
from experiments.recipes.supervised.objective import own_part, steps
from experiments.study import catalog
from experiments.study.imports import load
from experiments.study.scorer import Scorer
from experiments.study.types import KerasPart
from experiments.tasks import Task
from experiments.tasks.several import Place, places


def _accuracy(head: catalog.Head, y: Tensor, z: Tensor) -> Tensor:
    if head.target == "labels":
        return ops.mean(ops.cast(ops.equal(z > 0, y > 0), z.dtype), axis=-1)
    return ops.cast(ops.equal(_decisions(head, z), ops.cast(y, "int32")), z.dtype)


def _decisions(head: catalog.Head, z: Tensor) -> Tensor:
    """The classes that are predicted."""
    if head.link == "softmax":
        return ops.cast(ops.argmax(z, axis=-1), "int32")
    return ops.sum(ops.cast(z > 0, "int32"), axis=-1)


def _cross_entropy(head: catalog.Head, y: Tensor, z: Tensor) -> Tensor:
    if head.link == "softmax":
        hot = ops.one_hot(ops.cast(y, "int32"), z.shape[-1], dtype=z.dtype)
        return -ops.sum(_weighted(hot, ops.log_softmax(z, axis=-1)), axis=-1)
    targets = ops.cast(steps(y, z.shape[-1]) if head.target == "class" else y, z.dtype)
    parts = _weighted(targets, ops.log_sigmoid(z)) + _weighted(1 - targets, ops.log_sigmoid(-z))
    return -ops.mean(parts, axis=-1)


def _weighted(share: Tensor, logarithm: Tensor) -> Tensor:
    """0 where the share is, for 0 · −∞ is no number."""
    return ops.where(share > 0, share * logarithm, ops.zeros_like(logarithm))


def _absolute_error(head: catalog.Head, y: Tensor, z: Tensor) -> Tensor:
    if head.target == "class":
        return ops.cast(ops.absolute(_decisions(head, z) - ops.cast(y, "int32")), z.dtype)
    return ops.mean(ops.absolute(_values(head, z) - ops.cast(y, z.dtype)), axis=-1)


def _squared_error(head: catalog.Head, y: Tensor, z: Tensor) -> Tensor:
    return ops.mean(ops.square(_values(head, z) - ops.cast(y, z.dtype)), axis=-1)


def _top_k(head: catalog.Head, y: Tensor, z: Tensor, k: int = 5) -> Tensor:
    hot = ops.one_hot(ops.cast(y, "int32"), z.shape[-1], dtype=z.dtype)
    own = ops.sum(ops.where(hot > 0, z, ops.zeros_like(z)), axis=-1, keepdims=True)
    higher, equal = (ops.sum(ops.cast(found, z.dtype), axis=-1) for found in (z > own, ops.equal(z, own)))
    return ops.clip((k - higher) / ops.maximum(equal, 1), 0, 1)


def _exact_match(head: catalog.Head, y: Tensor, z: Tensor) -> Tensor:
    return ops.cast(ops.all(ops.equal(z > 0, y > 0), axis=-1), z.dtype)


def _brier_score(head: catalog.Head, y: Tensor, z: Tensor) -> Tensor:
    if head.link == "softmax":
        hot = ops.one_hot(ops.cast(y, "int32"), z.shape[-1], dtype=z.dtype)
        return ops.sum(ops.square(ops.softmax(z, axis=-1) - hot), axis=-1) / 2
    targets = ops.cast(steps(y, z.shape[-1]) if head.target == "class" else y, z.dtype)
    return ops.mean(ops.square(ops.sigmoid(z) - targets), axis=-1)


def _values(head: catalog.Head, z: Tensor) -> Tensor:
    return ops.sigmoid(z) if head.link == "sigmoid" else z


# Those of ours that are means over examples: (head, targets, raw scores, settings) → each example's value.
# The others are computed from the raw scores of all examples at once.
_OURS: dict[str, Callable[..., Tensor]] = {
    "accuracy": _accuracy,
    "cross_entropy": _cross_entropy,
    "exact_match": _exact_match,
    "top_k": _top_k,
    "brier_score": _brier_score,
    "mean_absolute_error": _absolute_error,
    "mean_squared_error": _squared_error,
}


@dataclass(frozen=True)
class MetricRule:
    """How a metric that is a mean over examples computes each example's value.

    call: (targets `[…, batch]` or `[…, batch, outputs]`, raw scores `[…, batch, outputs]`, settings of the metric by
        name) → `[…, batch]`.
    refuses: the class or function of a metric → why it can't be computed so, or None; then it is computed from the
        raw scores of all examples, as any metric without a rule is.
    """

    call: Callable[..., Tensor]
    refuses: Callable[[KerasPart], str | None] = never


METRICS = Registry(MetricRule, {})


def per_example_of(name: str, task: Task) -> PerExample | None:
    """The same for a metric of a task, which may be that of one of several outputs."""
    scorer = task.scorers.get(name)
    if scorer is None or not scorer.output:
        return per_example(name, task.head, scorer)
    place = next(place for place in places(task.several) if place.name == scorer.output)
    of_output = per_example(name, place.head, scorer)
    return of_output and partial(_of_output, place, of_output)


def _of_output(place: Place, of_output: PerExample, y: Tensor, z: Tensor) -> Tensor:
    return of_output(*own_part(place, y, z))


def per_example(name: str, head: str, scorer: Scorer | None = None) -> PerExample | None:
    """A metric's value for every example, or None where it has no rule for that.

    name: in the catalog. scorer: what stands for it where it is not the catalog's.

    >>> import numpy as np
    >>> accuracy = per_example("accuracy", "softmax")
    >>> [float(value) for value in accuracy(np.array([1, 0]), np.array([[0.0, 2.0], [1.0, 2.0]], "float32"))]
    [1.0, 0.0]
    """
    if scorer is None or scorer.metric:
        ours = _OURS.get(scorer.metric if scorer else name)
        return ours and partial(ours, catalog.HEADS[head], **(scorer.settings if scorer else {}))
    found = load(scorer.target) if scorer.object is None else scorer.object
    rule = METRICS.rule_of(found)
    return None if rule is None or rule.refuses(found) else partial(rule.call, **scorer.settings)
