"""Training steps on TensorFlow, on one device or under a `tf.distribute` strategy."""

import tensorflow as tf


def run_step(model, step, arguments):
    return step(*arguments)


def loss_and_gradients(loss, variables, *, model, scale):
    with tf.GradientTape() as tape:
        value = loss()
        scaled = value * tf.cast(scale, value.dtype)
    return value, tape.gradient(scaled, [variable.value for variable in variables])


def input_gradient(function, x, *, model):
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = function(x)
    return tape.gradient(value, x)


def apply_gradients(optimizer, gradients, variables):
    optimizer.apply(gradients, variables)
