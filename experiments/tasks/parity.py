"""Parity: whether the number of ones is odd, which no single input says anything about."""

from functools import partial

import numpy as np

from experiments.study.seeds import stream
from experiments.tasks.split import split
from experiments.tasks.task import Data, Task


def parity(*, n: int = 800, bits: int = 4, noise: float = 0.1) -> Task:
    """Corners of a cube plus Gaussian noise; y is 1 where an odd number of coordinates was 1. x `[n, bits]` float32.

    n: how many examples, shared equally among the 2^bits corners; with fewer examples than corners each is of another
    one, drawn by the seed, and what is tested was never seen. bits: 2 to 16; with 2 it is the task of `xor`. noise: its
    standard deviation, 0 or more; it moves the inputs and leaves y. Everything is drawn by the seed; 60 % train, 20 %
    validate, 20 % test, both classes in their share.

    Source: Minsky and Papert 1969, "Perceptrons".

    >>> data = parity(bits=3, noise=0.0).draw(0)
    >>> data.x.shape, bool((data.y == data.x.sum(axis=1) % 2).all()), float(data.y.mean())
    ((800, 3), True, 0.5)
    """
    return Task("sigmoid", (bits,), 1, partial(_draw, n, bits, noise))


def _draw(n: int, bits: int, noise: float, seed: int) -> Data:
    generator = np.random.default_rng(stream(seed, "parity", "examples"))
    corners = 2**bits
    corner = generator.permutation(np.arange(n) % corners) if n >= corners else generator.permutation(corners)[:n]
    ones = corner[:, None] >> np.arange(bits) & 1
    x, y = ones + noise * generator.standard_normal((n, bits)), ones.sum(axis=1) % 2
    return Data(x.astype(np.float32), y, *split(n, seed, labels=y))
