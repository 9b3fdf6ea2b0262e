"""The perceptron (S2, S3): one threshold unit, which learns by Rosenblatt's rule."""

import math

from custom.models import PerceptronClassifier


def perceptron(input_shape: tuple[int, ...], *, bias: bool = True) -> PerceptronClassifier:
    """A perceptron before training: all weights 0.

    ŷ = 1 where w·x + b ≥ 0, else 0.

    input_shape: of one example, `(features,)`. bias: whether b is learned; otherwise it stays 0, and the line goes
    through the origin.

    Input `[batch, features]`, output `[batch, 1]`: zeros and ones.

    Raises ValueError where an example is no row of features.

    >>> perceptron((2,)).count_params()
    3

    Source: F. Rosenblatt, The perceptron: a probabilistic model for information storage and organization (1958).
    """
    if len(input_shape) != 1:
        raise ValueError(f"got examples of shape {input_shape}, allowed are rows: ({math.prod(input_shape)},)")
    model = PerceptronClassifier()
    model.build((None, *input_shape))
    model.perceptron.bias.trainable = bias
    return model
