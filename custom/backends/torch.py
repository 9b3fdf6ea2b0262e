"""Training steps on PyTorch."""

from collections.abc import Callable, Sequence

import keras
import torch
from keras import ops

from custom.types import Data, Loss, Step, Tensor, Variables


def run_step(model: keras.Model, step: Step, arguments: Data) -> dict[str, Tensor]:
    return step(*arguments)


def loss_and_gradients(
    loss: Loss, variables: Variables, *, model: keras.Model, scale: float
) -> tuple[Tensor, list[Tensor | None]]:
    value: torch.Tensor = loss()
    gradients: list[Tensor | None] = [None] * len(variables)
    # without a variable to learn, or with none in its graph, a loss has nothing to differentiate
    if variables and value.requires_grad:
        tensors = [variable.value for variable in variables]
        gradients = list(torch.autograd.grad(value * ops.cast(scale, value.dtype), tensors, allow_unused=True))
    return value.detach(), gradients


def input_gradient(function: Callable[[Tensor], Tensor], x: torch.Tensor, *, model: keras.Model) -> Tensor:
    start = x.detach().requires_grad_()
    return torch.autograd.grad(ops.sum(function(start)), start, create_graph=True)[0]


def apply_gradients(
    optimizer: keras.optimizers.Optimizer, gradients: Sequence[Tensor | None], variables: Variables
) -> None:
    with torch.no_grad():
        optimizer.apply(gradients, variables)
