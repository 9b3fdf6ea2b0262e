"""Training on wrong labels."""

from dataclasses import replace

import numpy as np

from experiments.tasks.task import Data


def label_noise(data: Data, classes: int, generator: np.random.Generator, *, label_noise: float) -> Data:
    """Data in which a share of the training labels is another class, each other one alike.

    classes: how many. label_noise: the share, 0 to 1, rounded to whole examples; a larger one keeps the wrong labels of
    a smaller one and adds to them. Validation and test labels stay as they are.

    Source: symmetric noise, as in Angluin and Laird 1988, "Learning from noisy examples".

    >>> from experiments.tasks.moons import moons
    >>> clean = moons().draw(0)
    >>> data = label_noise(clean, 2, np.random.default_rng(0), label_noise=0.25)
    >>> [float((data.y != clean.y)[part].mean()) for part in (data.train, data.validation, data.test)]
    [0.25, 0.0, 0.0]
    """
    count = len(data.y)
    place, further = generator.random(count), generator.integers(1, classes, count)
    train = np.unique(data.train)
    wrong = train[np.argsort(place[train], kind="stable")][: round(label_noise * len(train))]
    y = np.array(data.y)
    y[wrong] = (y[wrong].astype(int) + further[wrong]) % classes
    return replace(data, y=y, unchanged=data.examples)
