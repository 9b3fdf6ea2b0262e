"""Two classes whose probability is known at every point: what a network says can be held against it."""

from functools import partial

import numpy as np

from experiments.study.seeds import stream
from experiments.tasks.split import split
from experiments.tasks.task import Data, Task

EDGE = 3.0  # inputs lie between −3 and 3


def known_probability(*, n: int = 1000, features: int = 1) -> Task:
    """y is 1 with a known probability, a mixture of two logistic curves. x `[n, features]` float32, y 0 or 1.

    p(y = 1 | x) = 0.3 σ(−4 (x₁ + 1.5)) + 0.7 σ(4 (x_d − 0.5)), x uniform in [−3, 3]^d. With one feature p falls from
    0.3 to 0.016 and rises to 0.7, which no single logistic curve does. The truth is p.

    n: how many examples. features: d, 1 or 2. Examples, labels and split are drawn by the seed; 60 % train, 20 %
    validate, 20 % test, both classes in their share.

    Source: a mixture of experts with logistic outputs, Jacobs and others 1991, "Adaptive mixtures of local experts",
    with fixed gates.

    >>> data = known_probability().draw(0)
    >>> data.x.shape, data.y.shape, round(float(data.truth.min()), 3), round(float(data.truth.max()), 3)
    ((1000, 1), (1000,), 0.016, 0.7)
    """
    metrics = ("accuracy", "cross_entropy", "probability_error")
    return Task("sigmoid", (features,), 1, partial(_draw, n, features), metrics)


def probability(x: np.ndarray) -> np.ndarray:
    """p(y = 1 | x), `[…]`, of points `[…, features]`.

    >>> probability(np.array([[-3.0], [-0.5], [3.0]])).round(3).tolist()
    [0.299, 0.018, 0.7]
    """
    return 0.3 * _logistic(-4 * (x[..., 0] + 1.5)) + 0.7 * _logistic(4 * (x[..., -1] - 0.5))


def _logistic(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def _draw(n: int, features: int, seed: int) -> Data:
    generator = np.random.default_rng(stream(seed, "known_probability", "examples"))
    x = generator.uniform(-EDGE, EDGE, (n, features)).astype(np.float32)
    truth = probability(x.astype(float))
    y = (generator.random(n) < truth).astype(np.int64)
    return Data(x, y, *split(n, seed, labels=y), truth=truth)
