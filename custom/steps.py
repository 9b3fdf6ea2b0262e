"""The little that a custom training step does differently on TensorFlow, JAX and PyTorch."""

import importlib
from collections.abc import Callable, Sequence

import keras

from custom.types import Data, Loss, Step, Tensor, Variables

BACKENDS = ("tensorflow", "jax", "torch")


def run_step(model: keras.Model, step: Step, arguments: Data) -> dict[str, Tensor]:
    """Runs `step(data)`, which reads and assigns Keras variables, as the backend's trainer calls a step.

    TensorFlow and PyTorch hand over the data; JAX the state of all variables and the data, and wants the new state
    back.
    """
    return _backend().run_step(model, step, arguments)


def loss_and_gradients(
    loss: Loss, variables: Variables, *, model: keras.Model, scale: float = 1.0
) -> tuple[Tensor, list[Tensor | None]]:
    """The value of `loss()` and the gradients of `scale · loss()` in some of a model's variables.

    A gradient is None where the backend finds that the loss does not depend on the variable (on JAX it is 0).
    """
    return _backend().loss_and_gradients(loss, variables, model=model, scale=scale)


def input_gradient(function: Callable[[Tensor], Tensor], x: Tensor, *, model: keras.Model) -> Tensor:
    """The gradient of `function(x)`, one value per example, in x; it can be differentiated in turn."""
    return _backend().input_gradient(function, x, model=model)


def apply_gradients(
    optimizer: keras.optimizers.Optimizer, gradients: Sequence[Tensor | None], variables: Variables
) -> None:
    """One step of a Keras optimizer, with loss scaling too."""
    _backend().apply_gradients(optimizer, gradients, variables)


def _backend():
    name = keras.backend.backend()
    if name not in BACKENDS:
        raise RuntimeError(
            f"KERAS_BACKEND: got {name!r}, expected {', '.join(BACKENDS[:-1])} or {BACKENDS[-1]}; "
            "the training steps of `custom` are written for these."
        )
    return importlib.import_module(f"custom.backends.{name}")
