"""Two interleaved half circles: two classes that no straight line separates."""

from functools import partial

import numpy as np

from experiments.study.seeds import stream
from experiments.tasks.split import split
from experiments.tasks.task import Data, Task


def moons(*, n: int = 600, noise: float = 0.2) -> Task:
    """Two half circles of radius 1 that reach into each other. x `[n, 2]` float32; y 0 or 1.

    n: how many examples, half a class. noise: standard deviation of the Gaussian noise on x, 0 or more.
    Examples and split are drawn by the seed; 60 % train, 20 % validation, 20 % test, each class in its share.

    Source: `sklearn.datasets.make_moons`.

    >>> data = moons().draw(0)
    >>> data.x.shape, data.x.dtype, np.bincount(data.y).tolist()
    ((600, 2), dtype('float32'), [300, 300])
    """
    return Task("softmax", (2,), 2, partial(_draw, n, noise))


def _draw(n: int, noise: float, seed: int) -> Data:
    from sklearn.datasets import make_moons

    x, y = make_moons(n, noise=noise, random_state=stream(seed, "moons", "examples"))
    return Data(x.astype(np.float32), y.astype(np.int64), *split(n, seed, labels=y))
