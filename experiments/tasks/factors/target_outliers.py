"""Training on targets of which some are far off."""

from dataclasses import replace

import numpy as np

from experiments.tasks.task import Data


def target_outliers(
    data: Data, classes: None, generator: np.random.Generator, *, target_outliers: float, outlier_size: float
) -> Data:
    """Data in which a share of the training targets is moved far up or down.

    target_outliers: the share, 0 to 1, rounded to whole examples; a larger one keeps the outliers of a smaller one and
    adds to them. outlier_size: how far, in standard deviations of the training targets before they are moved, 0 or
    more; each output of an example up or down by itself. Validation and test targets stay as they are.

    Source: the contaminated normal of Huber 1964, "Robust estimation of a location parameter".

    >>> from experiments.tasks.sine import sine
    >>> clean = sine().draw(0)
    >>> data = target_outliers(clean, None, np.random.default_rng(0), target_outliers=0.25, outlier_size=10.0)
    >>> [float((data.y != clean.y)[part].mean()) for part in (data.train, data.validation, data.test)]
    [0.25, 0.0, 0.0]
    """
    place, sign = generator.random(len(data.y)), generator.choice([-1.0, 1.0], data.y.shape)
    train = np.unique(data.train)
    moved = train[np.argsort(place[train], kind="stable")][: round(target_outliers * len(train))]
    y = np.array(data.y)
    y[moved] += (sign[moved] * outlier_size * y[train].std(axis=0, dtype=float)).astype(y.dtype)
    return replace(data, y=y, unchanged=data.examples)
