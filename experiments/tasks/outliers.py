"""A regression whose training targets hold a chosen share of outliers, scored on clean data."""

import math
from functools import partial

import numpy as np

from experiments.study.seeds import stream
from experiments.tasks.sine import noisy_sine
from experiments.tasks.split import split
from experiments.tasks.task import Data, Task

# The standard deviation of sin(2πx) over whole periods: the unit of an outlier's size. It is not the noise's,
# so that the noise can be changed, to 0 as well, and the outliers stay as they are.
TARGET_DEVIATION = math.sqrt(0.5)


def outliers(*, n: int = 800, share: float = 0.1, size: float = 10.0, noise: float = 0.1) -> Task:
    """The task `sine`, with a share of the training targets moved far up or down. x, y `[n, 1]` float32.

    Only training targets are moved. Validation and test keep the ordinary noise and nothing else, so that
    every score is an error on clean data, and the cell that validation chooses is the one that withstood the
    outliers.

    n: how many examples. share: of the training targets, 0 to 1 (rounded to whole examples). size: how far,
    in standard deviations of the noise-free target (√½), up or down at random, 0 or more. noise: standard
    deviation of the ordinary noise, 0 or more. Everything is drawn by the seed; a larger share keeps the
    outliers of a smaller one and adds to them, so that shares can be compared in pairs. 60 % train, 20 %
    validation, 20 % test. The truth is the sine without noise.

    Source: the contaminated normal of Huber 1964, "Robust estimation of a location parameter".

    >>> moved = outliers(share=0.25).draw(0).y != outliers(share=0.0).draw(0).y
    >>> data = outliers(share=0.25).draw(0)
    >>> float(moved[data.train].mean()), int(moved[data.validation].sum() + moved[data.test].sum())
    (0.25, 0)
    """
    return Task("linear", (1,), 1, partial(_draw, n, share, size, noise))


def _draw(n: int, share: float, size: float, noise: float, seed: int) -> Data:
    x, y = noisy_sine(n, noise, seed)
    train, validation, test = split(n, seed)
    generator = np.random.default_rng(stream(seed, "outliers", "targets"))
    order = generator.permutation(train)
    sign = generator.choice([-1.0, 1.0], (len(train), 1))
    moved = round(share * len(train))
    y[order[:moved]] += sign[:moved] * size * TARGET_DEVIATION
    return Data(x.astype(np.float32), y.astype(np.float32), train, validation, test, truth=np.sin(2 * np.pi * x))
