"""Classifiers and regressions as stacks: raw scores against targets, for all trials at once."""

from collections.abc import Callable, Mapping

import keras
import numpy as np

from experiments.recipes.stacking import PerExample, StackedLoss
from experiments.recipes.supervised.head import Head
from experiments.recipes.supervised.metrics import has_right_answers, scores
from experiments.recipes.supervised.scored import Scored
from experiments.recipes.supervised.several import Heads, heads_of
from experiments.recipes.supervised.stacked_losses import stacked_loss_of
from experiments.recipes.supervised.stacked_metrics import per_example_of
from experiments.study.trial import canonical
from experiments.study.types import Settings
from experiments.tasks import Data, Task


class SupervisedStacking:
    """How the trials of a task stack. folder: of the study, for parts of the user's own."""

    def __init__(self, task: Task, folder: str | None = None) -> None:
        self._task, self._folder = task, folder
        self._losses: dict[str, StackedLoss] = {}
        found = {name: per_example_of(name, task) for name in task.metrics}
        self.metrics: Mapping[str, PerExample] = {name: of for name, of in found.items() if of}
        self._others = tuple(name for name, of in found.items() if not of)
        self.right = "accuracy" if has_right_answers(task) else None

    def body(self, model: keras.Model, settings: Settings) -> Head | Heads:
        """The model up to its raw scores."""
        return heads_of(model, self._task)

    def loss(self, settings: Settings) -> StackedLoss:
        """The loss of raw scores."""
        level, task = settings["loss"], self._task
        if (key := canonical(level)) not in self._losses:
            self._losses[key] = stacked_loss_of(level, task, self._folder)
        return self._losses[key]

    def scores(
        self, data: Data, index: np.ndarray, outputs: np.ndarray, weights: Callable[[], list[np.ndarray]]
    ) -> dict[str, float]:
        """The metrics that are no means over examples."""
        return scores(self._others, Scored.of(self._task, data, index, outputs, weights), self._task.scorers)
