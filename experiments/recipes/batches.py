"""Training batches of a trial, and examples as a model sees them."""

import math

import keras
import numpy as np

from experiments.tasks import Data

CHUNK = 10_000  # examples evaluated in one call


class Batches(keras.utils.PyDataset):
    """Training batches of a trial: in epoch e (from 0) the order is `default_rng([seed, e]).permutation(n)`.

    (x, y), and as a third the examples' weights where the data have any.
    """

    def __init__(self, data: Data, seed: int, batch_size: int) -> None:
        super().__init__()
        self._data, self._seed, self._size = data, seed, batch_size
        self.start(0)

    def start(self, epoch: int) -> None:
        """Take an epoch's order. (Keras calls `on_epoch_end` once more than there are epochs.)"""
        order = np.random.default_rng([self._seed, epoch]).permutation(len(self._data.train))
        self._order = self._data.train[order]

    def __len__(self) -> int:
        return math.ceil(len(self._data.train) / self._size)

    # pyrefly: ignore[bad-override] - Keras' own raises, so that it seems to return nothing
    def __getitem__(self, index: int) -> tuple[np.ndarray, ...]:
        batch = self._order[index * self._size : (index + 1) * self._size]
        weights = self._data.weights
        return (*examples(self._data, batch), *(() if weights is None else (weights[batch],)))


def examples(data: Data, index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Examples as a model sees them: x in Keras' float type (float32) and scaled, y as it is."""
    floating = np.dtype(keras.config.floatx())
    x = data.x[index].astype(floating)
    return (x * floating.type(data.scale) if data.scale != 1 else x), data.y[index]
