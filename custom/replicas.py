"""Steps that several devices take together, each on its part of a batch: `tf.distribute` with TensorFlow.

On the other backends a step is one program for the whole batch, wherever it runs.
"""

from typing import TYPE_CHECKING

import keras
from keras import ops

from custom.types import Tensor

if TYPE_CHECKING:
    import tensorflow as tf


def replicas() -> int:
    """On how many devices at once a training step runs."""
    context = _context()
    return 1 if context is None else context.num_replicas_in_sync


def place_in_batch(count: int | Tensor) -> tuple[int | Tensor, int | Tensor]:
    """Of a device's `count` examples: how many examples the whole batch has, and how many come before these.

    >>> place_in_batch(8)
    (8, 0)
    """
    context = _context()
    if context is None or context.num_replicas_in_sync == 1:
        return count, 0
    device = context.replica_id_in_sync_group
    counts = context.all_reduce("SUM", ops.one_hot(device, context.num_replicas_in_sync, dtype="int32") * count)
    before = ops.arange(context.num_replicas_in_sync) < device
    return ops.sum(counts), ops.sum(ops.where(before, counts, 0))


def _context() -> "tf.distribute.ReplicaContext | None":
    if keras.backend.backend() != "tensorflow":
        return None
    import tensorflow as tf

    # None outside of a step, as where a model is built under a strategy
    return tf.distribute.get_replica_context()
