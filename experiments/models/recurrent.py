"""Recurrent networks: SimpleRNN, LSTM or GRU layers, dropout after each, and a head."""

from functools import partial

import keras

from experiments.models import pieces
from experiments.models.parts import Activation


def recurrent(
    layer: type,
    input_shape: tuple[int, ...],
    outputs: int,
    head: str,
    *,
    units: list[int],
    activation: Activation = "tanh",
    kernel_regularizer: keras.regularizers.Regularizer | None = None,
    activity_regularizer: keras.regularizers.Regularizer | None = None,
    dropout: float = 0.0,
    initializer: str = "glorot_uniform",
    seed: int = 0,
) -> keras.Model:
    """A recurrent network with its head.

    layer: `keras.layers.SimpleRNN` (h ← f(W x + U h + b) at every step, Elman 1990), `LSTM` (Hochreiter and
    Schmidhuber 1997; Gers et al. 2000) or `GRU` (Cho et al. 2014, the reset gate after the product).
    input_shape: of one example: `(steps, features)`, or an image, read row by row, or a row of a square's pixels.
    units: of each layer; all but the last give their whole sequence to the next.
    activation: f; of an LSTM that of candidate and output, of a GRU that of the candidate; gates have the sigmoid.
    dropout: share of each layer's outputs dropped in training. The other arguments are those of `mlp`; the
    regularizers are of input kernels and of layers' outputs.

    Input `[batch, *input_shape]` float32, output `[batch, outputs]`: probabilities, or for a linear head values.

    Raises ValueError where the examples are no sequences.

    >>> recurrent(keras.layers.LSTM, (8, 8), 10, "softmax", units=[4]).count_params()
    258
    """
    layers = pieces.sequence(input_shape)
    for position, width in enumerate(units):
        layers.append(
            layer(
                width,
                activation=activation,
                kernel_initializer=pieces.seeded(initializer, seed, position),
                recurrent_initializer=pieces.seeded("orthogonal", seed, position, "recurrent_kernel"),
                kernel_regularizer=kernel_regularizer,
                activity_regularizer=activity_regularizer,
                return_sequences=position < len(units) - 1,
                name=f"{layer.__name__.lower()}_{position}",
            )
        )
        layers += pieces.dropout_layers(dropout, position, seed)
    layers += pieces.head(outputs, head, initializer, seed, len(units))
    return keras.Sequential(layers)


rnn = partial(recurrent, keras.layers.SimpleRNN)
lstm = partial(recurrent, keras.layers.LSTM)
gru = partial(recurrent, keras.layers.GRU)
