"""A function with two minima to minimize: whether training leaves the worse one can be seen from the score."""

from functools import partial

import numpy as np

from experiments.tasks.quadratic import SAME, repeated
from experiments.tasks.task import Data, Task


def double_well(*, tilt: float = 0.5) -> Task:
    """f(w) = (w² − 1)² + a w, plus (5 + a²) / 4, as the mean squared error of the model `well`. x, y `[6, 1]` float32.

    The model gives z² + z, z = w x, on x = 1 with the target (3 − a) / 2 and on x = −1 with (3 + a) / 2. The mean of
    the two squared errors is w⁴ − 2 w² + a w + (9 + a²) / 4. For a > 0 the minimum near w = −1 is the deeper one; for
    |a| < 8 / (3 √3) ≈ 1.54 there is another near w = 1. The constant keeps the error above 0, and changes no gradient.
    Validation and test examples are the same two once more.

    tilt: a, −1.5 to 1.5. Nothing is drawn: seeds differ in the initial weight alone.

    Source: the quartic double well of Kramers 1940, "Brownian motion in a field of force and the diffusion model of
    chemical reactions", with a tilt.

    >>> data = double_well(tilt=0.5).draw(0)
    >>> data.x[data.train].tolist(), data.y[data.train].tolist()
    ([[1.0], [-1.0]], [[1.25], [1.75]])
    """
    metrics = ("mean_squared_error", "mean_absolute_error")
    return Task("linear", (1,), 1, partial(_draw, tilt), metrics, SAME, has_chance=False)


def _draw(tilt: float, seed: int) -> Data:
    return repeated(np.array([[1.0], [-1.0]]), np.array([[(3 - tilt) / 2], [(3 + tilt) / 2]]))
