"""The multilayer perceptron (S5, S6): hidden layers of Dense → batch norm → activation → dropout, and a head."""

import keras

from experiments.models import pieces
from experiments.models.parts import Activation


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
    seed: int = 0,
) -> keras.Model:
    """A multilayer perceptron with its head.

    input_shape: of one example; images are flattened. outputs: units of the head.
    head: "softmax", "sigmoid" or "linear". units: of each hidden layer.
    activation: a name, function or layer, as `experiments.models.parts.activation` gives it.
    kernel_regularizer, activity_regularizer: of hidden layers; the head has none.
    dropout: share of hidden outputs dropped in training, in [0, 1). seed: of weights and dropout.

    Input `[batch, *input_shape]` float32, output `[batch, outputs]`: probabilities, or for a linear head values.

    >>> mlp((2,), 1, "sigmoid", units=[4]).count_params()
    17
    """
    layers: list[keras.layers.Layer | keras.KerasTensor] = [keras.Input(input_shape)]
    if len(input_shape) > 1:
        layers.append(keras.layers.Flatten(name="flatten"))
    for position, width in enumerate(units):
        layers.append(
            keras.layers.Dense(
                width,
                kernel_initializer=pieces.seeded(initializer, seed, position),
                kernel_regularizer=kernel_regularizer,
                name=f"dense_{position}",
            )
        )
        layers += pieces.after(position, activation, activity_regularizer, dropout, batch_normalization, seed)
    layers += pieces.head(outputs, head, initializer, seed, len(units))
    return keras.Sequential(layers)  # given at once: each `add` would build all that is there again
