"""The convolutional network: blocks of Conv2D → batch norm → activation → pooling → dropout, Dense layers, a head."""

import keras

from experiments.models import pieces
from experiments.models.parts import Activation


def cnn(
    input_shape: tuple[int, ...],
    outputs: int,
    head: str,
    *,
    filters: list[int],
    kernel_size: int = 3,
    pool_size: int = 2,
    units: list[int] | None = None,
    activation: Activation = "relu",
    kernel_regularizer: keras.regularizers.Regularizer | None = None,
    activity_regularizer: keras.regularizers.Regularizer | None = None,
    dropout: float = 0.0,
    batch_normalization: bool = False,
    initializer: str = "glorot_uniform",
    seed: int = 0,
) -> keras.Model:
    """A convolutional network with its head (LeCun et al. 1998).

    input_shape: of one example: `(height, width)`, `(height, width, channels)`, or a row of a square's pixels.
    filters: of each block's convolution, which keeps height and width ("same" padding). kernel_size: its side.
    pool_size: the side of the maximum that follows, 1 for none. units: of hidden Dense layers after the blocks.
    The other arguments are those of `mlp`; regularizers are of convolutions and hidden Dense layers.

    Input `[batch, *input_shape]` float32, output `[batch, outputs]`: probabilities, or for a linear head values.

    Raises ValueError where the examples are no images.

    >>> cnn((8, 8), 10, "softmax", filters=[2]).count_params()
    350
    """
    layers = pieces.image(input_shape)
    options = (activation, activity_regularizer)
    for position, count in enumerate(filters):
        layers.append(
            keras.layers.Conv2D(
                count,
                kernel_size,
                padding="same",
                kernel_initializer=pieces.seeded(initializer, seed, position),
                kernel_regularizer=kernel_regularizer,
                name=f"conv_{position}",
            )
        )
        layers += pieces.after(position, *options, 0.0, batch_normalization, seed)
        if pool_size > 1:
            layers.append(keras.layers.MaxPooling2D(pool_size, name=f"pool_{position}"))
        layers += pieces.dropout_layers(dropout, position, seed)
    layers.append(keras.layers.Flatten(name="flatten"))
    for position, width in enumerate(units or [], start=len(filters)):
        layers.append(
            keras.layers.Dense(
                width,
                kernel_initializer=pieces.seeded(initializer, seed, position),
                kernel_regularizer=kernel_regularizer,
                name=f"dense_{position}",
            )
        )
        layers += pieces.after(position, *options, dropout, batch_normalization, seed)
    layers += pieces.head(outputs, head, initializer, seed, len(filters) + len(units or []))
    return keras.Sequential(layers)
