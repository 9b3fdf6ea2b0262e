"""A digest of a task's data, by which results know that the data have changed, and one of its test set alone."""

import hashlib

import numpy as np

from experiments.tasks.task import Data


def data_digest(data: Data) -> str:
    """The first 16 hexadecimal digits of SHA-256 over examples, targets, split, scale and weights, if any.

    >>> import numpy as np
    >>> part = np.arange(2)
    >>> len(data_digest(Data(np.zeros((2, 1)), np.zeros(2), part, part, part)))
    16
    """
    weights = () if data.weights is None else (data.weights,)
    return _digest(data.scale, data.x, data.y, data.train, data.validation, data.test, *weights)


def digest_of_test_set(data: Data) -> str:
    """The same over the test examples and their targets: equal where seeds are tested on the same examples."""
    known = data.examples
    return _digest(known.scale, known.x[data.test], known.y[data.test])


def _digest(scale: float, *arrays: np.ndarray) -> str:
    total = hashlib.sha256(repr(scale).encode())
    for array in arrays:
        total.update(f"{array.dtype}{array.shape}".encode())
        total.update(np.ascontiguousarray(array).data)
    return total.hexdigest()[:16]
