"""Training on fewer examples."""

from dataclasses import replace

import numpy as np

from experiments.errors import RequestError
from experiments.tasks.split import ranks
from experiments.tasks.task import Data


def train_size(data: Data, classes: int | None, generator: np.random.Generator, *, train_size: float) -> Data:
    """Data of which so many examples train, every class in its share; a smaller size keeps part of a larger one.

    classes: how many; None where y is not one of them: then there are no strata. train_size: a whole number of
    examples, or as a float the share of the training part, rounded to one or more. Other parts stay as they are.

    Raises RequestError for more examples than there are.

    >>> from experiments.tasks.moons import moons
    >>> data = train_size(moons().draw(0), 2, np.random.default_rng(0), train_size=0.1)
    >>> np.bincount(data.y[data.train]).tolist(), len(data.test)
    ([18, 18], 120)
    """
    count = len(data.train)
    kept = train_size if isinstance(train_size, int) else max(1, round(train_size * count))
    if kept > count:
        raise RequestError(f"train_size: got {train_size}, allowed are at most the {count} examples that train")
    order = data.train[np.argsort(generator.random(len(data.y))[data.train], kind="stable")]
    if classes is not None:
        order = order[np.argsort(ranks(np.asarray(data.y)[order]), kind="stable")]
    return replace(data, train=order[:kept])
