"""The recipe of autoencoders: the target is the input."""

import math
from dataclasses import replace
from functools import partial

import numpy as np

from experiments.errors import RequestError
from experiments.recipes.supervised.recipe import Supervised
from experiments.study import catalog
from experiments.tasks import Data, Task


class Reconstruction(Supervised):
    """Learns x from x: what the model gives is held against its own input, flattened and scaled as the model sees it.

    Whatever y the task has plays no part. Of a task with the head "fractions" outputs end in sigmoids and the default
    loss is the binary cross-entropy, as for black and white images; x then lies between 0 and 1. Of any other task
    outputs are linear. Metrics are those of values, by default the mean squared error first. The constant guess is the
    mean training example.

    >>> from experiments.tasks.digits import digits
    >>> task = Reconstruction().learned(digits())
    >>> task.head, task.outputs, task.draw(0).y.shape
    ('linear', 64, (1797, 64))
    """

    def learned(self, task: Task) -> Task:
        """The same examples and splits, each example its own target."""
        facts = catalog.RECIPES["reconstruction"]
        values = task.head in (facts.head, *facts.other_heads)
        return replace(
            task,
            head=task.head if values else facts.head,
            outputs=math.prod(task.input_shape),
            metrics=task.metrics if values else facts.metrics,
            scorers=task.scorers if values else {},
            draw=partial(_drawn, task),
        )


def _drawn(task: Task, seed: int) -> Data:
    data = task.draw(seed)
    y = (data.x.reshape(len(data.x), -1) * data.scale).astype(np.float32)
    if task.head == "fractions" and (y.min() < 0 or y.max() > 1):
        raise RequestError(
            f'x: got numbers from {y.min():g} to {y.max():g}, allowed with the head "fractions" are numbers from 0 to 1'
        )
    return replace(data, y=y, truth=None)
