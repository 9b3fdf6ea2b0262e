"""Parts and a task of a user's own, for code that imports them."""

import keras
import numpy as np
from keras import ops

from experiments.tasks import Task, from_arrays


def swish(z, beta=1.0):
    """z·σ(βz)."""
    return z * ops.sigmoid(beta * z)


class Steep(keras.layers.Layer):
    """tanh, steeper."""

    def __init__(self, slope=2.0, **options):
        super().__init__(**options)
        self.slope = slope

    def call(self, z):
        """tanh of slope·z."""
        return ops.tanh(self.slope * z)

    def get_config(self):
        """The slope too."""
        return super().get_config() | {"slope": self.slope}


class Cubic(keras.regularizers.Regularizer):
    """Σ|w|³."""

    def __init__(self, strength=0.1):
        self.strength = strength

    def __call__(self, w):
        return self.strength * ops.sum(ops.abs(w) ** 3)

    def get_config(self):
        """The strength."""
        return {"strength": self.strength}


def focal(y_true, y_pred, gamma=1.0):
    """A squared error, times γ."""
    return gamma * ops.mean(ops.square(y_true - y_pred), axis=-1)


class Slow(keras.optimizers.SGD):
    """SGD under another name."""


def halved(rate, steps, to=0.5):
    """Down along a line."""
    return keras.optimizers.schedules.PolynomialDecay(rate, steps, to * rate)


def images(n=40, side=4) -> Task:
    """Random images of three classes."""
    generator = np.random.default_rng(0)
    return from_arrays(generator.random((n, side, side)), np.arange(n) % 3)
