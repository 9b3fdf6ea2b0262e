"""Heaviside's step, the perceptron's activation."""

from collections.abc import Callable

import keras
from keras import ops

from custom.tensors import as_float
from custom.types import Tensor, TensorLike


@keras.saving.register_keras_serializable(package="custom")
def heaviside(x: TensorLike, *, straight_through: bool = False) -> Tensor:
    """Step at zero: on where x ≥ 0, off elsewhere.

    Formula:

        y = 1   where x ≥ 0
            0   where x < 0

    The gradient is 0 everywhere, so that nothing before a step can learn from what comes after it. With
    `straight_through=True` the step's gradient is that of the identity, 1: the forward pass stays a step, the
    backward pass goes straight through. NaN stays NaN.

    Arguments:
        x: a tensor of any shape; integers become Keras' default float type.
        straight_through: whether the gradient is 1 instead of 0.

    Returns a tensor of the shape and float type of x.

    >>> [float(y) for y in heaviside([-0.5, 0.0, 2.0])]
    [0.0, 1.0, 1.0]

    Source: Rosenblatt (1958), "The perceptron"; Bengio, Léonard and Courville (2013), "Estimating or
    propagating gradients through stochastic neurons for conditional computation".
    """
    x = as_float(x)
    return StraightThroughStep()(x) if straight_through else ops.stop_gradient(_step(x))


def _step(x: Tensor) -> Tensor:
    return ops.where(x >= 0.0, 1.0, ops.where(x < 0.0, 0.0, x))


@ops.custom_gradient
def _straight_through_step(x: Tensor) -> tuple[Tensor, Callable[..., Tensor | None]]:
    return _step(x), straight_through


def straight_through(*arguments: Tensor, upstream: Tensor | None = None) -> Tensor | None:
    """The upstream gradient as it is: PyTorch gives it by name, after the inputs; TensorFlow and JAX it alone."""
    return arguments[0] if upstream is None else upstream


@keras.saving.register_keras_serializable(package="custom")
class StraightThroughStep(keras.Operation):
    """The step whose gradient is 1, of tensors and, in a functional model, of symbolic ones."""

    def call(self, x: TensorLike) -> Tensor:
        # TensorFlow's custom gradients refuse a variable, which a copy of it no longer is
        return _straight_through_step(ops.copy(x))

    def compute_output_spec(self, x: keras.KerasTensor) -> keras.KerasTensor:
        return keras.KerasTensor(x.shape, dtype=x.dtype)
