"""Logic gates with noisy inputs: AND, which one neuron solves, and XOR, which it cannot."""

from functools import partial

import numpy as np

from experiments.study.seeds import stream
from experiments.tasks.split import split
from experiments.tasks.task import Data, Task

_CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
_AND = np.array([0, 0, 0, 1])
_XOR = np.array([0, 1, 1, 0])


def and_gate(*, n: int = 400, noise: float = 0.1) -> Task:
    """The unit square's corners plus Gaussian noise; y is 1 where both inputs were. x `[n, 2]` float32.

    n: how many examples, a quarter a corner. noise: its standard deviation, 0 or more; it moves the inputs
    and leaves y. Everything is drawn by the seed; 60 % train, 20 % validation, 20 % test, every corner in its
    share.

    Source: McCulloch and Pitts 1943, "A logical calculus of the ideas immanent in nervous activity".

    >>> data = and_gate(noise=0.0).draw(0)
    >>> data.x.shape, bool((data.y == data.x.prod(axis=1)).all()), float(data.y.mean())
    ((400, 2), True, 0.25)
    """
    return Task("sigmoid", (2,), 1, partial(_draw, "and_gate", _AND, n, noise))


def xor(*, n: int = 400, noise: float = 0.1) -> Task:
    """The unit square's corners plus Gaussian noise; y is 1 where the inputs differed. x `[n, 2]` float32.

    n: how many examples, a quarter a corner. noise: its standard deviation, 0 or more; it moves the inputs
    and leaves y. Everything is drawn by the seed; 60 % train, 20 % validation, 20 % test, every corner in its
    share.

    Source: Minsky and Papert 1969, "Perceptrons".

    >>> data = xor(noise=0.0).draw(0)
    >>> data.x.shape, bool((data.y == (data.x[:, 0] != data.x[:, 1])).all()), float(data.y.mean())
    ((400, 2), True, 0.5)
    """
    return Task("sigmoid", (2,), 1, partial(_draw, "xor", _XOR, n, noise))


def _draw(name: str, table: np.ndarray, n: int, noise: float, seed: int) -> Data:
    generator = np.random.default_rng(stream(seed, name, "examples"))
    corner = generator.permutation(np.arange(n) % 4)
    x = _CORNERS[corner] + noise * generator.standard_normal((n, 2))
    return Data(x.astype(np.float32), table[corner], *split(n, seed, labels=corner))
