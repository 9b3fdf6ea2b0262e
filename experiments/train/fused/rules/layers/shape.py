"""Layers that move numbers about: each example of each trial as it would be alone."""

from keras import ops

from custom.types import Tensor
from experiments.train.fused.rules.layers.refusals import channels_last
from experiments.train.fused.rules.rule import Rule, View


def flatten(view: View, x: Tensor) -> Tensor:
    """Each example as one row."""
    return ops.reshape(x, (*x.shape[:3], -1))


def reshape(view: View, x: Tensor) -> Tensor:
    """Each example in the target shape."""
    return ops.reshape(x, (*x.shape[:3], *view.layer.target_shape))


FLATTEN = Rule(flatten, refuses=channels_last)
RESHAPE = Rule(reshape)
