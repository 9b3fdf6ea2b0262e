"""Training batches of a trial, and examples as a model sees them."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import keras
import numpy as np

from experiments.tasks import Data

if TYPE_CHECKING:
    import tensorflow as tf

CHUNK = 10_000  # examples evaluated in one call


class Batches(keras.utils.PyDataset):
    """Training batches of a trial: in epoch e (from 0) the order is `default_rng([seed, e]).permutation(n)`.

    (x, y), and as a third the examples' weights where the data have any. labelled: whether a step is handed y at all.
    """

    def __init__(self, data: Data, seed: int, batch_size: int, *, labelled: bool = True) -> None:
        super().__init__()
        self._data, self._seed, self._size, self._labelled = data, seed, batch_size, labelled
        self.start(0)

    def start(self, epoch: int) -> None:
        """Take an epoch's order. (Keras calls `on_epoch_end` once more than there are epochs.)"""
        order = np.random.default_rng([self._seed, epoch]).permutation(len(self._data.train))
        self._order = self._data.train[order]

    @property
    def for_fit(self) -> "Batches | tf.data.Dataset":
        """What `fit` takes: these batches; without targets a data set, for then a step is handed an array, no tuple.

        The data set has the order of the epoch that was started last, as the batches have.
        """
        if self._labelled:
            return self
        import tensorflow as tf

        def of_epoch() -> Iterator[np.ndarray]:
            for index in range(len(self)):
                yield self[index][0]

        first = self[0][0]
        whole = tf.TensorSpec((None, *first.shape[1:]), first.dtype)
        made = tf.data.Dataset.from_generator(of_epoch, output_signature=whole)
        return made.apply(tf.data.experimental.assert_cardinality(len(self)))

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
