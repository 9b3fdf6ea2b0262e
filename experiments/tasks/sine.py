"""One period to each side of a sine, with noise: the plainest regression that a line can't fit."""

from functools import partial

import numpy as np

from experiments.study.seeds import stream
from experiments.tasks.split import split
from experiments.tasks.task import Data, Task


def sine(*, n: int = 600, noise: float = 0.1) -> Task:
    """y = sin(2πx) + noise, x uniform in [−1, 1]. x `[n, 1]` float32; y `[n, 1]` float32.

    n: how many examples. noise: its standard deviation, 0 or more; it is in the validation and test targets
    too, so that a perfect fit has a mean squared error of noise². Examples and split are drawn by the seed;
    60 % train, 20 % validation, 20 % test. The truth is the sine without noise.

    >>> data = sine(noise=0.0).draw(0)
    >>> data.x.shape, data.y.shape, bool(np.allclose(data.y, np.sin(2 * np.pi * data.x), atol=1e-6))
    ((600, 1), (600, 1), True)
    """
    return Task("linear", (1,), 1, partial(_draw, n, noise))


def noisy_sine(n: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """x and y of the task in float64, each `[n, 1]`.

    >>> [a.shape for a in noisy_sine(5, 0.1, seed=0)]
    [(5, 1), (5, 1)]
    """
    generator = np.random.default_rng(stream(seed, "sine", "examples"))
    x = generator.uniform(-1, 1, (n, 1))
    return x, np.sin(2 * np.pi * x) + noise * generator.standard_normal((n, 1))


def _draw(n: int, noise: float, seed: int) -> Data:
    x, y = noisy_sine(n, noise, seed)
    return Data(x.astype(np.float32), y.astype(np.float32), *split(n, seed), truth=np.sin(2 * np.pi * x))
