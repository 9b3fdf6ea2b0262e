"""Two interleaved spirals: two classes whose boundary winds around the origin."""

from functools import partial

import numpy as np

from experiments.study.seeds import stream
from experiments.tasks.split import split
from experiments.tasks.task import Data, Task


def spirals(*, n: int = 800, turns: float = 2.0, noise: float = 0.05) -> Task:
    """Two spirals from the origin to radius 1, half a turn apart. x `[n, 2]` float32; y 0 or 1.

    With u uniform in [0, 1), a point has radius √u and angle 2π · turns · √u (+ π for class 1): Archimedes'
    spiral, about evenly filled along its length. Neighbouring arms are 1 / (2 · turns) apart.

    n: how many examples, half a class. turns: above 0. noise: standard deviation of the Gaussian noise on x,
    0 or more. Examples and split are drawn by the seed; 60 % train, 20 % validation, 20 % test, each class in
    its share.

    Source: Lang and Witbrock 1988, "Learning to tell two spirals apart".

    >>> data = spirals(noise=0.0).draw(0)
    >>> data.x.shape, data.x.dtype, np.bincount(data.y).tolist(), bool((abs(data.x) <= 1).all())
    ((800, 2), dtype('float32'), [400, 400], True)
    """
    return Task("softmax", (2,), 2, partial(_draw, n, turns, noise))


def _draw(n: int, turns: float, noise: float, seed: int) -> Data:
    generator = np.random.default_rng(stream(seed, "spirals", "examples"))
    y = generator.permutation(np.arange(n) % 2)
    radius = np.sqrt(generator.random(n))
    angle = np.pi * (2 * turns * radius + y)
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x += noise * generator.standard_normal((n, 2))
    return Data(x.astype(np.float32), y, *split(n, seed, labels=y))
