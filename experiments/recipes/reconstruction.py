"""The recipe of autoencoders: the target is the input."""

import math
from dataclasses import replace
from functools import partial

import numpy as np

from experiments.recipes.supervised.recipe import Supervised
from experiments.study import catalog
from experiments.tasks import Data, Task


class Reconstruction(Supervised):
    """Learns x from x: what the model gives is held against its own input, flattened and scaled as the model sees it.

    Whatever y the task has plays no part. Metrics are those of values, by default the mean squared error first. The
    constant guess is the mean training example.

    >>> from experiments.tasks.digits import digits
    >>> task = Reconstruction().learned(digits())
    >>> task.head, task.outputs, task.draw(0).y.shape
    ('linear', 64, (1797, 64))
    """

    def learned(self, task: Task) -> Task:
        """The same examples and splits, each example its own target."""
        facts = catalog.RECIPES["reconstruction"]
        values = task.head == facts.head
        return replace(
            task,
            head=facts.head,
            outputs=math.prod(task.input_shape),
            metrics=task.metrics if values else facts.metrics,
            scorers=task.scorers if values else {},
            draw=partial(_drawn, task),
        )


def _drawn(task: Task, seed: int) -> Data:
    data = task.draw(seed)
    return replace(data, y=(data.x.reshape(len(data.x), -1) * data.scale).astype(np.float32), truth=None)
