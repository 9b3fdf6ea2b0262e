"""A quadratic function to minimize: what a learning rate does to it can be computed."""

from functools import partial

import numpy as np

from experiments.tasks.task import Data, Task

SAME = (
    "Training, validation and test examples are the same rows: nothing is to be generalized, and every score is the "
    "value of the function."
)
DEFAULT = (1.0, 10.0, 100.0)


def quadratic(*, eigenvalues: list[float] | tuple[float, ...] = DEFAULT) -> Task:
    """f(w) = ½ Σ λᵢ wᵢ², as the squared error of the model `linear` without bias. x `[3 d, d]`, y `[3 d, 1]`, zeros.

    The rows of x are √(d λᵢ / 2) eᵢ, and so f is exactly the mean of (x w)² over the d training examples. Its Hessian
    has the eigenvalues λ, its minimum is 0 at w = 0. Full-batch gradient descent at the rate η takes wᵢ to
    (1 − η λᵢ) wᵢ and so diverges above η = 2 / max λ, and only there. Validation and test examples are the same d rows
    once more.

    eigenvalues: λ, 1 to 32 numbers above 0; a batch of 32 is then all of them. Nothing is drawn: seeds differ in the
    initial weights alone.

    Source: Goh 2017, "Why momentum really works".

    >>> data = quadratic(eigenvalues=[2.0, 8.0]).draw(0)
    >>> (data.x[data.train] ** 2).round(3).tolist(), float(((data.x[data.train] @ [[1.0], [1.0]]) ** 2).mean().round(3))
    ([[2.0, 0.0], [0.0, 8.0]], 5.0)
    """
    count = len(eigenvalues)
    metrics = ("mean_squared_error", "mean_absolute_error")
    draw = partial(_draw, tuple(eigenvalues))
    return Task("linear", (count,), 1, draw, metrics, SAME, has_chance=False)


def repeated(x: np.ndarray, y: np.ndarray) -> Data:
    """The same examples as the training, the validation and the test part.

    >>> data = repeated(np.ones((2, 1)), np.zeros((2, 1)))
    >>> data.train.tolist(), data.test.tolist(), data.x.shape, data.x.dtype
    ([0, 1], [4, 5], (6, 1), dtype('float32'))
    """
    train, validation, test = np.split(np.arange(3 * len(x)), 3)
    every_x, every_y = (np.tile(array, (3, 1)).astype(np.float32) for array in (x, y))
    return Data(every_x, every_y, train, validation, test)


def _draw(eigenvalues: tuple[float, ...], seed: int) -> Data:
    count = len(eigenvalues)
    return repeated(np.diag(np.sqrt(np.multiply(count / 2, eigenvalues))), np.zeros((count, 1)))
