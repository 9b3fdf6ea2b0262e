"""Gradients and compiled calls on either backend."""

from collections.abc import Callable

import keras

from custom.types import Tensor
from experiments.study.types import OwnPart


def value_and_gradient(function: Callable[[Tensor], Tensor], x: Tensor) -> tuple[Tensor, Tensor]:
    """A scalar function's value at x and its gradient there, 0 where nothing leads back to x.

    >>> value, gradient = value_and_gradient(keras.ops.sum, keras.ops.ones(2))
    >>> float(value), gradient.shape == (2,)
    (2.0, True)
    """
    if keras.backend.backend() == "jax":
        import jax

        return jax.value_and_grad(function)(x)
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(x)
        value = function(x)
    return value, tape.gradient(value, x, unconnected_gradients="zero")


def compile_function(function: Callable[..., OwnPart]) -> Callable[..., OwnPart]:
    """A function of tensors as one compiled program.

    >>> float(compile_function(lambda x: x + 1.0)(keras.ops.ones(())))
    2.0
    """
    if keras.backend.backend() == "jax":
        import jax

        return jax.jit(function)
    import tensorflow as tf

    return tf.function(function, jit_compile=True)
