"""The recurrent network: SimpleRNN layers and a head."""

from typing import Any

import keras

from experiments.models import pieces


def rnn(
    input_shape: tuple[int, ...],
    outputs: int,
    head: str,
    *,
    units: list[int],
    activation: Any = "tanh",
    kernel_regularizer: Any = None,
    activity_regularizer: Any = None,
    dropout: float = 0.0,
    initializer: str = "glorot_uniform",
    seed: int = 0,
) -> keras.Model:
    """A recurrent network with its head: h ← f(W x + U h + b) at every step (Elman 1990).

    input_shape: of one example: `(steps, features)`, or an image, read row by row, or a row of a square's pixels.
    units: of each layer; all but the last give their whole sequence to the next.
    activation: f.
    dropout: share of each layer's outputs dropped in training.
    The other arguments are those of `mlp`; the regularizers are of input kernels and of layers' outputs.

    Input `[batch, *input_shape]` float32, output `[batch, outputs]`: probabilities, or for a linear head values.

    Raises ValueError where the examples are no sequences.

    >>> rnn((8, 8), 10, "softmax", units=[4]).count_params()
    102
    """
    return pieces.recurrent(
        keras.layers.SimpleRNN,
        input_shape,
        outputs,
        head,
        units=units,
        activation=activation,
        kernel_regularizer=kernel_regularizer,
        activity_regularizer=activity_regularizer,
        dropout=dropout,
        initializer=initializer,
        seed=seed,
    )
