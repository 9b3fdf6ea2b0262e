"""Training steps on JAX, whose steps are pure functions of the model's state."""

from collections.abc import Callable, Sequence

import jax
import keras
from keras import ops

from custom.types import Data, Loss, Step, Tensor, Variables


def run_step(model: keras.Model, step: Step, arguments: Data) -> tuple[dict[str, Tensor], Data]:
    # Keras' trainer hands over the state of all variables and the data, and wants the new state back
    state, data = arguments
    groups = [model.trainable_variables, model.non_trainable_variables, model.metrics_variables]
    # a test step has no optimizer
    if len(state) > len(groups):
        groups.insert(2, model.optimizer.variables)
    with keras.StatelessScope(_pairs(groups, state)) as scope:
        logs = step(data)
    return logs, tuple([scope.get_current_value(variable) for variable in group] for group in groups)


def loss_and_gradients(
    loss: Loss, variables: Variables, *, model: keras.Model, scale: float
) -> tuple[Tensor, list[Tensor | None]]:
    chosen = {id(variable) for variable in variables}
    others = [variable for variable in _all(model) if id(variable) not in chosen]
    values = [variable.value for variable in others]

    def of(trained: list[Tensor]) -> tuple[Tensor, tuple[Tensor, list[Tensor | None]]]:
        mapping = _pairs([variables, others], [trained, values])
        with keras.StatelessScope(mapping, collect_losses=True) as scope:
            value = loss()
        return value * ops.cast(scale, value.dtype), (value, [scope.get_current_value(variable) for variable in others])

    differentiate = jax.value_and_grad(of, has_aux=True)
    (_, (value, updated)), gradients = differentiate([variable.value for variable in variables])
    for variable, before, after in zip(others, values, updated, strict=True):
        if after is not before:
            variable.assign(after)
    return value, gradients


def input_gradient(function: Callable[[Tensor], Tensor], x: Tensor, *, model: keras.Model) -> Tensor:
    mapping = [(variable, variable.value) for variable in _all(model)]

    def total(x: Tensor) -> Tensor:
        # what the call would assign (seeds, statistics) belongs to the inner trace and must not leave it
        with keras.StatelessScope(mapping):
            return ops.sum(function(x))

    return jax.grad(total)(x)


def apply_gradients(
    optimizer: keras.optimizers.Optimizer, gradients: Sequence[Tensor | None], variables: Variables
) -> None:
    if not isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        optimizer.apply(gradients, variables)
        return
    # its `apply` assigns within the branches of a condition, from where values can't leave a trace
    groups = [variables, optimizer.variables]
    values = [[variable.value for variable in group] for group in groups]
    new = optimizer.stateless_apply(values[1], gradients, values[0])
    for variable, value in _pairs(groups, new):
        variable.assign(value)


def _all(model: keras.Model) -> list[keras.Variable]:
    return [*model.trainable_variables, *model.non_trainable_variables]


def _pairs(groups: Sequence[Variables], values: Sequence[Sequence[Tensor]]) -> list[tuple[keras.Variable, Tensor]]:
    return [pair for group, of_group in zip(groups, values, strict=True) for pair in zip(group, of_group, strict=True)]
