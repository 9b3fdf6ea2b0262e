"""Training steps on TensorFlow, on one device or under a `tf.distribute` strategy."""

from collections.abc import Callable, Sequence

import keras
import tensorflow as tf

from custom.types import Data, Loss, Step, Tensor, Variables


def run_step(model: keras.Model, step: Step, arguments: Data) -> dict[str, Tensor]:
    return step(*arguments)


def loss_and_gradients(
    loss: Loss, variables: Variables, *, model: keras.Model, scale: float
) -> tuple[Tensor, list[Tensor | None]]:
    with tf.GradientTape() as tape:
        value = loss()
        scaled = value * tf.cast(scale, value.dtype)
    return value, tape.gradient(scaled, [variable.value for variable in variables])


def input_gradient(function: Callable[[Tensor], Tensor], x: Tensor, *, model: keras.Model) -> Tensor:
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = function(x)
    return tape.gradient(value, x)


def apply_gradients(
    optimizer: keras.optimizers.Optimizer, gradients: Sequence[Tensor | None], variables: Variables
) -> None:
    optimizer.apply(gradients, variables)
