"""The little that a training step of one's own does differently on TensorFlow and on JAX."""

import keras
from keras import ops


def run_step(model, step, arguments):
    """Runs `step(data)`, which reads and assigns Keras variables, as either backend's trainer calls a step.

    TensorFlow hands over the data; JAX the state of all variables and the data, and wants the new state back.
    """
    if keras.backend.backend() != "jax":
        return step(*arguments)
    state, data = arguments
    groups = [model.trainable_variables, model.non_trainable_variables, model.metrics_variables]
    # a test step has no optimizer
    if len(state) > len(groups):
        groups.insert(2, model.optimizer.variables)
    with keras.StatelessScope(_pairs(groups, state)) as scope:
        logs = step(data)
    return logs, tuple([scope.get_current_value(variable) for variable in group] for group in groups)


def loss_and_gradients(loss, variables, *, model):
    """The value of `loss()` and its gradients in some of a model's variables."""
    if keras.backend.backend() != "jax":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            value = loss()
        return value, tape.gradient(value, [variable.value for variable in variables])
    import jax

    chosen = {id(variable) for variable in variables}
    others = [variable for variable in _all(model) if id(variable) not in chosen]
    values = [variable.value for variable in others]

    def of(trained):
        mapping = _pairs([variables, others], [trained, values])
        with keras.StatelessScope(mapping, collect_losses=True) as scope:
            value = loss()
        return value, [scope.get_current_value(variable) for variable in others]

    differentiate = jax.value_and_grad(of, has_aux=True)
    (value, updated), gradients = differentiate([variable.value for variable in variables])
    for variable, before, after in zip(others, values, updated, strict=True):
        if after is not before:
            variable.assign(after)
    return value, gradients


def input_gradient(function, x, *, model):
    """The gradient of `function(x)`, one value an example, in x; itself differentiable."""
    if keras.backend.backend() != "jax":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(x)
            value = function(x)
        return tape.gradient(value, x)
    import jax

    mapping = [(variable, variable.value) for variable in _all(model)]

    def total(x):
        # what the call would assign (seeds, statistics) belongs to the inner trace and must not leave it
        with keras.StatelessScope(mapping):
            return ops.sum(function(x))

    return jax.grad(total)(x)


def _all(model):
    return [*model.trainable_variables, *model.non_trainable_variables]


def _pairs(groups, values):
    return [pair for group, of_group in zip(groups, values, strict=True) for pair in zip(group, of_group, strict=True)]
