"""The generative adversarial network (S10): a generator from noise to examples, and a critic of examples."""

import math

import keras

from custom.models import GAN
from experiments.models import pieces
from experiments.models.parts import Activation
from experiments.study.seeds import stream


def gan(
    input_shape: tuple[int, ...],
    *,
    latent_size: int,
    units: list[int],
    critic_units: list[int] | None = None,
    activation: Activation = "relu",
    kernel_regularizer: keras.regularizers.Regularizer | None = None,
    activity_regularizer: keras.regularizers.Regularizer | None = None,
    dropout: float = 0.0,
    batch_normalization: bool = False,
    output_activation: str = "linear",
    initializer: str = "glorot_uniform",
    seed: int = 0,
) -> GAN:
    """A generator and a critic, in one model that is not compiled.

    input_shape: of one real example. latent_size: how many numbers of noise an example is made of. units: of the
    generator's hidden layers. critic_units: of the critic's; by default those of the generator.
    activation, kernel_regularizer, activity_regularizer: of the hidden layers of both. dropout: of the critic's
    alone. batch_normalization: of the generator's alone, for with the gradient penalty a critic must not mix the
    examples of a batch. output_activation: of the generator. seed: of weights, dropout and noise.

    Generator: `[batch, latent_size]` to `[batch, *input_shape]`. Critic: `[batch, *input_shape]` to `[batch, 1]`, a
    raw score (a logit for the non-saturating loss).

    >>> gan((2,), latent_size=3, units=[4]).generate(5, seed=0).shape
    (5, 2)

    Source: I. Goodfellow and others, Generative adversarial nets (2014).
    """
    size = math.prod(input_shape)
    layers: list[keras.layers.Layer | keras.KerasTensor] = [keras.Input((latent_size,))]

    def hidden(widths: list[int], start: int, dropped: float, normalized: bool) -> None:
        for position, width in enumerate(widths, start):
            layers.append(
                keras.layers.Dense(
                    width,
                    kernel_initializer=pieces.seeded(initializer, seed, position),
                    kernel_regularizer=kernel_regularizer,
                    name=f"dense_{position}",
                )
            )
            layers.extend(pieces.after(position, activation, activity_regularizer, dropped, normalized, seed))

    hidden(units, 0, 0.0, batch_normalization)
    last = len(units)
    layers.append(keras.layers.Dense(size, kernel_initializer=pieces.seeded(initializer, seed, last), name="examples"))
    layers.append(keras.layers.Activation(output_activation, name="output"))
    if len(input_shape) > 1:
        layers.append(keras.layers.Reshape(input_shape, name="shape"))
    generator = keras.Sequential(layers, name="generator")
    layers = [keras.Input(input_shape)]
    if len(input_shape) > 1:
        layers.append(keras.layers.Flatten(name="flatten"))
    hidden(critic_units or units, last + 1, dropout, False)
    position = last + 1 + len(critic_units or units)
    layers.append(keras.layers.Dense(1, kernel_initializer=pieces.seeded(initializer, seed, position), name="score"))
    critic = keras.Sequential(layers, name="critic")
    return GAN(generator, critic, seed=stream(seed, "gan", "noise"))
