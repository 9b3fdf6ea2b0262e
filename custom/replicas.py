"""Steps that several devices take together, each on its part of a batch: `tf.distribute` with TensorFlow.

On the other backends a step is one program for the whole batch, wherever it runs.
"""

import keras
from keras import ops


def replicas():
    """On how many devices at once a training step runs."""
    context = _context()
    return 1 if context is None else context.num_replicas_in_sync


def place_in_batch(count):
    """Of a device's `count` examples: how many examples the whole batch has, and how many come before these.

    >>> place_in_batch(8)
    (8, 0)
    """
    if replicas() == 1:
        return count, 0
    context = _context()
    device = context.replica_id_in_sync_group
    counts = context.all_reduce("SUM", ops.one_hot(device, context.num_replicas_in_sync, dtype="int32") * count)
    before = ops.arange(context.num_replicas_in_sync) < device
    return ops.sum(counts), ops.sum(ops.where(before, counts, 0))


def _context():
    if keras.backend.backend() != "tensorflow":
        return None
    import tensorflow as tf

    # None outside of a step, as where a model is built under a strategy
    return tf.distribute.get_replica_context()
