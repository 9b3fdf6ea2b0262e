"""Layers that take each number by itself, or the last axis: the trial axes pass through."""

from keras import ops

from custom.types import Tensor
from experiments.train.fused.rules.layers.refusals import last_axis
from experiments.train.fused.rules.rule import Rule, View


def activation(view: View, x: Tensor) -> Tensor:
    """The layer's function."""
    return view.apply("activation", x)


def as_it_is(view: View, x: Tensor) -> Tensor:
    """The layer's own call, which leading axes pass through."""
    return view.layer.call(x)


def leaky_relu(view: View, x: Tensor) -> Tensor:
    """x where positive, slope · x elsewhere."""
    return ops.where(x > 0, x, view.number("negative_slope", x) * x)


ACTIVATION = Rule(activation, functions=("activation",), family="activation")
AS_IT_IS = Rule(as_it_is, family="activation")
SOFTMAX = Rule(as_it_is, family="activation", refuses=last_axis)
LEAKY_RELU = Rule(leaky_relu, numbers=("negative_slope",), family="activation")
