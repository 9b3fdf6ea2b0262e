"""Gaussian blobs on a circle: classes that overlap by a chosen amount."""

from functools import partial

import numpy as np

from experiments.study.seeds import stream
from experiments.tasks.split import split
from experiments.tasks.task import Data, Task

# Fixed centres, so that a seed changes the examples and not how hard the task is.
_BETWEEN_NEIGHBOURS = 4.0


def blobs(*, n: int = 600, classes: int = 3, noise: float = 1.0) -> Task:
    """One round Gaussian blob per class, centres on a circle, 4 apart. x `[n, 2]` float32; y 0 … classes − 1.

    n: how many examples, shared equally among the classes. classes: 2 or more. noise: a blob's standard
    deviation, 0 or more. Examples and split are drawn by the seed; 60 % train, 20 % validation, 20 % test,
    every class in its share.

    Source: `sklearn.datasets.make_blobs`.

    >>> data = blobs(classes=3).draw(0)
    >>> data.x.shape, data.x.dtype, np.bincount(data.y).tolist()
    ((600, 2), dtype('float32'), [200, 200, 200])
    """
    return Task("softmax", (2,), classes, partial(_draw, n, classes, noise))


def _draw(n: int, classes: int, noise: float, seed: int) -> Data:
    from sklearn.datasets import make_blobs

    angles = 2 * np.pi * np.arange(classes) / classes
    radius = _BETWEEN_NEIGHBOURS / 2 / np.sin(np.pi / classes)
    centres = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    x, y, *_ = make_blobs(n, centers=centres, cluster_std=noise, random_state=stream(seed, "blobs", "examples"))
    return Data(x.astype(np.float32), y.astype(np.int64), *split(n, seed, labels=y))
