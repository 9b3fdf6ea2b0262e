"""The autoencoder (S7): an encoder to a narrow code, and its mirror image back to the input."""

import keras

from experiments.models import pieces
from experiments.models.parts import Activation
from experiments.study.seeds import stream


def autoencoder(
    input_shape: tuple[int, ...],
    outputs: int,
    head: str,
    *,
    units: list[int],
    bottleneck: int,
    activation: Activation = "relu",
    kernel_regularizer: keras.regularizers.Regularizer | None = None,
    activity_regularizer: keras.regularizers.Regularizer | None = None,
    dropout: float = 0.0,
    input_noise: float = 0.0,
    initializer: str = "glorot_uniform",
    seed: int = 0,
) -> keras.Model:
    """An autoencoder with its head.

    input_shape: of one example; it is flattened. outputs: units of the head. head: "linear" for a reconstruction.
    units: of the encoder's hidden layers, which the decoder has in reverse; empty for none. bottleneck: units of the
    code. activation: of every layer but the last, the code among them.
    kernel_regularizer: of every layer but the last. activity_regularizer: of the code alone (a sparse autoencoder).
    dropout: share of hidden outputs dropped in training, in [0, 1), the code excepted. input_noise: standard deviation
    of the Gaussian noise that is added to inputs in training (a denoising autoencoder), in units of the scaled input.
    seed: of weights, dropout and noise.

    Input `[batch, *input_shape]` float32, output `[batch, outputs]`.

    >>> autoencoder((64,), 64, "linear", units=[32], bottleneck=8).count_params()
    4744

    Source: G. E. Hinton and R. R. Salakhutdinov, Reducing the dimensionality of data with neural networks (2006);
    P. Vincent and others, Extracting and composing robust features with denoising autoencoders (2008).
    """
    layers: list[keras.layers.Layer | keras.KerasTensor] = [keras.Input(input_shape)]
    if len(input_shape) > 1:
        layers.append(keras.layers.Flatten(name="flatten"))
    if input_noise:
        layers.append(keras.layers.GaussianNoise(input_noise, seed=stream(seed, 0, "noise"), name="noise"))
    widths = [*units, bottleneck, *reversed(units)]
    for position, width in enumerate(widths):
        code = position == len(units)
        layers.append(
            keras.layers.Dense(
                width,
                kernel_initializer=pieces.seeded(initializer, seed, position),
                kernel_regularizer=kernel_regularizer,
                name="code" if code else f"dense_{position}",
            )
        )
        penalty, dropped = (activity_regularizer, 0.0) if code else (None, dropout)
        layers += pieces.after(position, activation, penalty, dropped, False, seed)
    layers += pieces.head(outputs, head, initializer, seed, len(widths))
    return keras.Sequential(layers)
