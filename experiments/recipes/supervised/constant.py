"""What predicting the same for every example scores: less than that is no learning."""

import math

import numpy as np

from experiments.recipes.supervised.metrics import scores
from experiments.recipes.supervised.scored import Scored
from experiments.study import catalog
from experiments.tasks import Data, Task
from experiments.tasks.several import places

_TINY = 1e-7  # of a class that no training example has, for its logarithm


def constant_score(task: Task, data: Data) -> float | None:
    """The task's first metric on the validation examples, of what fits the training targets best without looking at x.

    For classes and labels that is how often each occurs, for values their mean; where weights are scored, weights of
    zero. None where the metric has no value for it, as a correlation has none, or none that tells of learning: the same
    prediction for every example is well calibrated, and the best on a function to minimize (`Task.has_chance`).

    >>> from experiments.tasks.load import load
    >>> task = load({"name": "xor"})
    >>> 0.4 < constant_score(task, task.draw(0)) < 0.6
    True
    """
    if not task.has_chance:
        return None
    y = data.y[data.train]
    if task.several:
        z = np.concatenate([_raw(output.head, output.targets_in(y), output.outputs) for output in places(task.several)])
    else:
        z = _raw(task.head, y, task.outputs)
    metric = task.metrics[0]
    scorer = task.scorers.get(metric)
    known = catalog.METRICS.get(scorer.metric if scorer else metric)
    if known and not known.has_chance:
        return None
    rows, no_weights = np.tile(z, (len(data.validation), 1)), np.zeros((math.prod(task.input_shape), 1))
    scored = Scored.of(task, data, data.validation, rows, lambda: [no_weights])
    found = scores((metric,), scored, task.scorers)[metric]
    return found if math.isfinite(found) else None


def _raw(head: str, y: np.ndarray, outputs: int) -> np.ndarray:
    """The raw scores `[outputs]` of what fits targets best."""
    known = catalog.HEADS[head]
    if known.link == "softmax":
        shares = np.bincount(y.astype(int).ravel(), minlength=outputs) / len(y)
        return np.log(np.maximum(shares, _TINY))
    means = Scored(head, y, np.zeros((len(y), outputs))).targets.reshape(len(y), -1).mean(axis=0)
    shares = np.clip(means, _TINY, 1 - _TINY)
    return np.log(shares / (1 - shares)) if known.link == "sigmoid" else means
