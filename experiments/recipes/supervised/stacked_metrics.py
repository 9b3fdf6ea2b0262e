"""Stacking rules of metrics: their values example by example, in the program, whose mean `metrics` gives."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from keras import ops

from custom.types import Tensor
from experiments.recipes.registry import Registry, never
from experiments.recipes.stacking import PerExample
from experiments.recipes.supervised import metrics
from experiments.study import catalog
from experiments.study.imports import load
from experiments.study.scorer import Scorer
from experiments.study.types import KerasPart, Settings


def _accuracy(y: Tensor, z: Tensor) -> Tensor:
    predicted = z[..., 0] > 0 if z.shape[-1] == 1 else ops.argmax(z, axis=-1)
    return ops.cast(ops.equal(ops.cast(predicted, "int32"), ops.cast(y, "int32")), z.dtype)


def _cross_entropy(y: Tensor, z: Tensor) -> Tensor:
    if z.shape[-1] == 1:
        return -ops.log_sigmoid(ops.where(ops.equal(y, 1), z[..., 0], -z[..., 0]))
    hot = ops.one_hot(ops.cast(y, "int32"), z.shape[-1], dtype=z.dtype)
    # where, for 0 · −∞ is no number
    picked = ops.where(hot > 0, ops.log_softmax(z, axis=-1), ops.zeros_like(z))
    return -ops.sum(picked, axis=-1)


def _absolute_error(y: Tensor, z: Tensor) -> Tensor:
    return ops.mean(ops.absolute(z - ops.cast(y, z.dtype)), axis=-1)


def _squared_error(y: Tensor, z: Tensor) -> Tensor:
    return ops.mean(ops.square(z - ops.cast(y, z.dtype)), axis=-1)


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


METRICS = Registry(
    MetricRule,
    {
        metrics.accuracy: MetricRule(_accuracy),
        metrics.cross_entropy: MetricRule(_cross_entropy),
        metrics.mean_absolute_error: MetricRule(_absolute_error),
        metrics.mean_squared_error: MetricRule(_squared_error),
    },
)


def per_example(name: str, scorer: Scorer | None = None) -> PerExample | None:
    """A metric's value for every example, or None where it has no rule for that.

    name: in the catalog. scorer: what stands for it where it is not the catalog's.

    >>> import numpy as np
    >>> accuracy = per_example("accuracy")
    >>> [float(value) for value in accuracy(np.array([1, 0]), np.array([[0.0, 2.0], [1.0, 2.0]], "float32"))]
    [1.0, 0.0]
    """
    if scorer is None:
        found, settings = load(catalog.METRICS[name].target), Settings()
    else:
        found, settings = (load(scorer.target) if scorer.object is None else scorer.object), dict(scorer.settings)
    rule = METRICS.rule_of(found)
    return None if rule is None or rule.refuses(found) else partial(rule.call, **settings)
