"""Pieces that model kinds share: seeded initial weights, the head, inputs in the shape that a kind needs."""

import math

import keras

from experiments.models.parts import Activation, activation_layer
from experiments.study.seeds import stream


def seeded(name: str, seed: int, position: int, role: str = "kernel") -> keras.initializers.Initializer:
    """An initializer whose numbers depend on the seed, the layer's position and the weight's role alone.

    >>> bool((seeded("he_normal", 0, 0)((2, 2)) == seeded("he_normal", 0, 0)((2, 2)))[1, 1])
    True
    """
    return keras.initializers.get(name).__class__(seed=stream(seed, position, role))


def after(
    position: int,
    activation: Activation,
    activity_regularizer: keras.regularizers.Regularizer | None,
    dropout: float,
    batch_normalization: bool,
    seed: int,
) -> list[keras.layers.Layer]:
    """What follows a product: batch norm, the activation with the penalty on it, dropout."""
    layers: list[keras.layers.Layer] = []
    if batch_normalization:
        layers.append(keras.layers.BatchNormalization(name=f"batch_normalization_{position}"))
    options = {"activity_regularizer": activity_regularizer} if activity_regularizer else {}
    layers.append(activation_layer(activation, name=f"activation_{position}", **options))
    return layers + dropout_layers(dropout, position, seed)


def dropout_layers(rate: float, position: int, seed: int) -> list[keras.layers.Layer]:
    """Dropout, where there is any."""
    seeded = stream(seed, position, "dropout")
    return [keras.layers.Dropout(rate, seed=seeded, name=f"dropout_{position}")] if rate else []


def head(outputs: int, activation: str, name: str, seed: int, position: int) -> list[keras.layers.Layer]:
    """The last layers: raw scores, and their activation ("softmax", "sigmoid" or "linear")."""
    return [
        keras.layers.Dense(outputs, kernel_initializer=seeded(name, seed, position), name="logits"),
        keras.layers.Activation(activation, name="output"),
    ]


def square(input_shape: tuple[int, ...]) -> tuple[int, int]:
    """The sides of an image given as a row of pixels; ValueError where it is no square.

    >>> square((64,))
    (8, 8)
    """
    side = math.isqrt(input_shape[0])
    if len(input_shape) != 1 or side * side != input_shape[0]:
        raise ValueError(f"got examples of shape {input_shape}, allowed are images, or rows of a square's pixels")
    return side, side


def image(input_shape: tuple[int, ...]) -> list[keras.layers.Layer]:
    """Input and layers that make images `[batch, height, width, channels]` of examples."""
    shape = input_shape if len(input_shape) > 1 else square(input_shape)
    shape = shape if len(shape) == 3 else (*shape, 1)
    reshape = [] if shape == input_shape else [keras.layers.Reshape(shape, name="image")]
    return [keras.Input(input_shape), *reshape]


def sequence(input_shape: tuple[int, ...]) -> list[keras.layers.Layer]:
    """Input and layers that make sequences `[batch, steps, features]` of examples: an image is read row by row."""
    shape = input_shape if len(input_shape) > 1 else square(input_shape)
    shape = shape if len(shape) == 2 else (shape[0], math.prod(shape[1:]))
    reshape = [] if shape == input_shape else [keras.layers.Reshape(shape, name="sequence")]
    return [keras.Input(input_shape), *reshape]
