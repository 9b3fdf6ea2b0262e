"""Metrics of a stack, example by example, in the program: what `experiments.recipes.supervised.metrics` averages."""

from collections.abc import Callable
from typing import Any

from keras import ops

from experiments.tasks import Task


def _accuracy(y: Any, z: Any) -> Any:
    predicted = z[..., 0] > 0 if z.shape[-1] == 1 else ops.argmax(z, axis=-1)
    return ops.cast(ops.equal(ops.cast(predicted, "int32"), ops.cast(y, "int32")), z.dtype)


def _cross_entropy(y: Any, z: Any) -> Any:
    if z.shape[-1] == 1:
        return -ops.log_sigmoid(ops.where(ops.equal(y, 1), z[..., 0], -z[..., 0]))
    hot = ops.one_hot(ops.cast(y, "int32"), z.shape[-1], dtype=z.dtype)
    # where, for 0 · −∞ is no number
    picked = ops.where(hot > 0, ops.log_softmax(z, axis=-1), ops.zeros_like(z))
    return -ops.sum(picked, axis=-1)


def _absolute_error(y: Any, z: Any) -> Any:
    return ops.mean(ops.absolute(z - ops.cast(y, z.dtype)), axis=-1)


def _squared_error(y: Any, z: Any) -> Any:
    return ops.mean(ops.square(z - ops.cast(y, z.dtype)), axis=-1)


def _raw(y: Any, z: Any) -> Any:
    return ops.moveaxis(z, -1, -2)


RAW = "raw scores"
# name → targets `[…, batch]` or `[…, batch, outputs]`, raw scores `[…, batch, outputs]` → `[…, batch]`
PER_EXAMPLE: dict[str, Callable[[Any, Any], Any]] = {
    "accuracy": _accuracy,
    "cross_entropy": _cross_entropy,
    "mean_absolute_error": _absolute_error,
    "mean_squared_error": _squared_error,
    # for metrics that need all examples at once: `[…, outputs, batch]`
    RAW: _raw,
}


def per_example(task: Task) -> tuple[str, ...]:
    """What of a task's metrics the program computes: its own, and raw scores where there are others."""
    own = tuple(name for name in task.metrics if name not in task.scorers)
    return (*own, RAW) if task.scorers else own
