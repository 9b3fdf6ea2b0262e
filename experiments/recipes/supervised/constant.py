"""What predicting the same for every example scores: less than that is no learning."""

import math

import numpy as np

from experiments.recipes.supervised.metrics import scores
from experiments.tasks import Data, Task

_TINY = 1e-7  # of a class that no training example has, for its logarithm


def constant_score(task: Task, data: Data) -> float | None:
    """The task's first metric on the validation examples, of what fits the training targets best without looking at x.

    For classes that is how often each occurs, for values their mean. None where the metric has no value for it, as a
    correlation has none.

    >>> from experiments.tasks.load import load
    >>> task = load({"name": "xor"})
    >>> 0.4 < constant_score(task, task.draw(0)) < 0.6
    True
    """
    y = data.y[data.train]
    if task.head == "softmax":
        shares = np.bincount(y.astype(int).ravel(), minlength=task.outputs) / len(y)
        z = np.log(np.maximum(shares, _TINY))
    elif task.head == "sigmoid":
        share = np.clip(np.mean(y), _TINY, 1 - _TINY)
        z = np.log(share / (1 - share))[None]
    else:
        z = y.reshape(len(y), -1).mean(axis=0)
    metric = task.metrics[0]
    targets = data.y[data.validation]
    found = scores((metric,), targets, np.tile(z, (len(targets), 1)), task.scorers)[metric]
    return found if math.isfinite(found) else None
