"""Inputs in units of their training part: mean 0 and standard deviation 1 there."""

from dataclasses import replace

import numpy as np

from experiments.tasks.task import Data


def standardize(data: Data) -> Data:
    """(x − m) / s by feature, in float32; m and s are mean and standard deviation of the training examples alone.

    A feature that never varies in training becomes 0 there. Targets stay as they are.

    >>> part = np.arange(2)
    >>> data = Data(np.array([[1.0], [3.0], [7.0], [9.0]]), np.zeros(4), part, part + 1, part + 2)
    >>> standardize(data).x.ravel().tolist()
    [-1.0, 1.0, 5.0, 7.0]
    """
    x = np.asarray(data.x, float) * data.scale
    mean, deviation = (measure(x[data.train], axis=0) for measure in (np.mean, np.std))
    fitted = (x - mean) / np.where(deviation > 0, deviation, 1)
    return replace(data, x=fitted.astype(np.float32), scale=1.0, unchanged=data.examples)
