"""Heaviside's step, the perceptron's activation."""

import keras
from keras import ops

from custom.tensors import as_float


@keras.saving.register_keras_serializable(package="custom")
def heaviside(x, *, straight_through=False):
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
    step = ops.where(x >= 0.0, 1.0, ops.where(x < 0.0, 0.0, x))
    if not straight_through:
        return ops.stop_gradient(step)
    # x − x is 0 with the gradient of x; infinities, whose difference is no number, go without
    finite = ops.where(ops.abs(x) < float("inf"), x, 0.0)
    return ops.stop_gradient(step) + (finite - ops.stop_gradient(finite))
