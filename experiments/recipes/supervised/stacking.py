"""Classifiers and regressions as stacks: raw scores against targets, for all trials at once."""

from collections.abc import Callable, Mapping

import keras
import numpy as np

from experiments.recipes.stacking import PerExample, StackedLoss
from experiments.recipes.supervised.head import Head
from experiments.recipes.supervised.metrics import has_right_answers, scores
from experiments.recipes.supervised.objective import objective
from experiments.recipes.supervised.scored import Scored
from experiments.recipes.supervised.stacked_losses import stacked_loss
from experiments.recipes.supervised.stacked_metrics import per_example
from experiments.study.trial import canonical
from experiments.study.types import Settings
from experiments.tasks import Data, Task


class SupervisedStacking:
    """How the trials of a task stack. folder: of the study, for parts of the user's own."""

    def __init__(self, task: Task, folder: str | None = None) -> None:
        self._task, self._folder = task, folder
        self._losses: dict[str, StackedLoss] = {}
        found = {name: per_example(name, task.head, task.scorers.get(name)) for name in task.metrics}
        self.metrics: Mapping[str, PerExample] = {name: of for name, of in found.items() if of}
        self._others = tuple(name for name, of in found.items() if not of)
        self.right = "accuracy" if has_right_answers(task) else None

    def body(self, model: keras.Model) -> Head:
        """The model up to its raw scores."""
        return Head(model, self._task.head, self._task.outputs)

    def loss(self, settings: Settings) -> StackedLoss:
        """The loss of raw scores."""
        level, task = settings["loss"], self._task
        if (key := canonical(level)) not in self._losses:
            self._losses[key] = stacked_loss(level, objective(level, task.head, task.outputs, self._folder))
        return self._losses[key]

    def scores(
        self, data: Data, index: np.ndarray, outputs: np.ndarray, weights: Callable[[], list[np.ndarray]]
    ) -> dict[str, float]:
        """The metrics that are no means over examples."""
        return scores(self._others, Scored.of(self._task, data, index, outputs, weights), self._task.scorers)
