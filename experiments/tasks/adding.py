"""The adding problem: two numbers, far apart in a long sequence, are to be kept in mind and added."""

from functools import partial

import numpy as np

from experiments.study.seeds import stream
from experiments.tasks.split import split
from experiments.tasks.task import Data, Task


def adding(*, n: int = 2000, length: int = 50) -> Task:
    """The sum of the two marked numbers of a sequence. x `[n, length, 2]` float32; y `[n, 1]` float32, 0 to 2.

    x[:, :, 0]: numbers, uniform in [0, 1). x[:, :, 1]: 1 at one step of the first half and at one of the second, else
    0. y = Σₜ xₜ₀ xₜ₁. Always to say 1 has a mean squared error of 1/6.

    n: how many sequences. length: steps of each, 2 or more. Everything is drawn by the seed; 60 % train, 20 % validate,
    20 % test. There is no noise: the truth is y.

    Source: Hochreiter and Schmidhuber 1997, "Long short-term memory", in the form of Le, Jaitly and Hinton 2015, "A
    simple way to initialize recurrent networks of rectified linear units".

    >>> data = adding(n=100, length=10).draw(0)
    >>> data.x.shape, bool(np.allclose(data.y[:, 0], data.x.prod(axis=2).sum(axis=1)))
    ((100, 10, 2), True)
    """
    return Task("linear", (length, 2), 1, partial(_draw, n, length))


def _draw(n: int, length: int, seed: int) -> Data:
    generator = np.random.default_rng(stream(seed, "adding", "examples"))
    x = np.zeros((n, length, 2), np.float32)
    x[:, :, 0] = generator.random((n, length))
    half = length // 2
    for first, end in ((0, half), (half, length)):
        x[np.arange(n), generator.integers(first, end, n), 1] = 1
    y = (x[:, :, 0] * x[:, :, 1]).sum(axis=1, dtype=float)[:, None]
    return Data(x, y.astype(np.float32), *split(n, seed), truth=y)
