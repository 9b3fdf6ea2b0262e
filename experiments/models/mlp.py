"""The multilayer perceptron (S5, S6): hidden layers of Dense → batch norm → activation → dropout, and a head."""

from itertools import chain

import keras

from experiments.models import pieces
from experiments.models.parts import Activation
from experiments.study.seeds import stream


def mlp(
    input_shape: tuple[int, ...],
    outputs: int,
    head: str,
    *,
    units: list[int],
    activation: Activation = "relu",
    kernel_regularizer: keras.regularizers.Regularizer | None = None,
    activity_regularizer: keras.regularizers.Regularizer | None = None,
    dropout: float = 0.0,
    batch_normalization: bool = False,
    initializer: str = "glorot_uniform",
    depth: int = 1,
    residual: bool = False,
    input_noise: float = 0.0,
    seed: int = 0,
) -> keras.Model:
    """A multilayer perceptron with its head.

    input_shape: of one example; images are flattened. outputs: units of the head.
    head: "softmax", "sigmoid" or "linear". units: of each hidden layer.
    activation: a name, function or layer, as `experiments.models.parts.activation` gives it.
    kernel_regularizer, activity_regularizer: of hidden layers; the head has none.
    dropout: share of hidden outputs dropped in training, in [0, 1). depth: how many times the hidden layers of `units`
    follow one another. residual: whether what a hidden layer gives is added to what it was given, where both are as
    wide: y = x + f(x) (He and others 2016). input_noise: standard deviation of the Gaussian noise that is added to
    inputs in training. seed: of weights, dropout and noise.

    Input `[batch, *input_shape]` float32, output `[batch, outputs]`: probabilities, or for a linear head values.

    >>> mlp((2,), 1, "sigmoid", units=[4]).count_params()
    17
    """
    first: list[keras.layers.Layer] = [keras.layers.Flatten(name="flatten")] if len(input_shape) > 1 else []
    if input_noise:
        first.append(keras.layers.GaussianNoise(input_noise, seed=stream(seed, 0, "noise"), name="noise"))
    widths = units * depth
    blocks = [
        [
            keras.layers.Dense(
                width,
                kernel_initializer=pieces.seeded(initializer, seed, position),
                kernel_regularizer=kernel_regularizer,
                name=f"dense_{position}",
            ),
            *pieces.after(position, activation, activity_regularizer, dropout, batch_normalization, seed),
        ]
        for position, width in enumerate(widths)
    ]
    last = pieces.head(outputs, head, initializer, seed, len(widths))
    if residual:
        return _with_residuals(input_shape, first, blocks, last)
    # given at once: each `add` would build all that is there again
    return keras.Sequential([keras.Input(input_shape), *first, *chain.from_iterable(blocks), *last])


def _with_residuals(
    input_shape: tuple[int, ...],
    first: list[keras.layers.Layer],
    blocks: list[list[keras.layers.Layer]],
    last: list[keras.layers.Layer],
) -> keras.Model:
    """The same layers, with what each block is given added to what it gives, where both are as wide."""
    inputs = keras.Input(input_shape)
    x = _through(first, inputs)
    for position, block in enumerate(blocks):
        given, x = x, _through(block, x)
        if given.shape[1:] == x.shape[1:]:
            x = keras.layers.Add(name=f"add_{position}")([given, x])
    return keras.Model(inputs, _through(last, x))


def _through(layers: list[keras.layers.Layer], x: keras.KerasTensor) -> keras.KerasTensor:
    for layer in layers:
        x = layer(x)
    return x
