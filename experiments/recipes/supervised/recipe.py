"""The recipe of classifiers and regressions: raw scores against targets."""

from collections.abc import Mapping
from functools import cached_property

import keras
import numpy as np

from experiments.models import parts
from experiments.models.build import build
from experiments.models.schedules import learning_rate
from experiments.recipes.batches import CHUNK, Batches, examples
from experiments.recipes.recipe import Recipe
from experiments.recipes.stacking import Body, Stacking
from experiments.recipes.supervised import first_batch
from experiments.recipes.supervised.constant import constant_score
from experiments.recipes.supervised.head import Head
from experiments.recipes.supervised.metrics import check_scores, has_right_answers, task_scores
from experiments.recipes.supervised.objective import objective_of
from experiments.recipes.supervised.overrides import compile_as_asked
from experiments.recipes.supervised.scored import Scored
from experiments.recipes.supervised.several import Heads, heads_of
from experiments.recipes.supervised.stacking import SupervisedStacking
from experiments.recipes.telemetry import Probe, probe
from experiments.study.study import Study
from experiments.study.trial import Trial
from experiments.tasks import Data, Task

_TRIED = 100  # examples by which it is found out what a model gives


class Supervised(Recipe):
    """Learns y from x: with the head of the task, by the loss of the trial's settings."""

    def learned(self, task: Task) -> Task:
        """The task as it is."""
        return task

    def check(self, study: Study, trial: Trial, task: Task, data: Data, body: Body | None, *, alone: bool) -> list[str]:
        """Outputs, loss and optimizer are tried; of a model that trains by itself a step as well."""
        head = body if isinstance(body, Head | Heads) else heads_of(build(study, trial, task), task)
        return first_batch.check(study, trial, task, data, head, alone=alone)

    def check_metrics(self, task: Task, data: Data) -> None:
        """Metrics are tried on the task's validation and test examples."""
        check_scores(task, data)

    def ready(self, study: Study, trial: Trial, task: Task, data: Data) -> "SupervisedTrainable":
        """A trial's model, compiled with its loss on raw scores."""
        return SupervisedTrainable(study, trial, task, data)

    def constant_score(self, task: Task, data: Data) -> float | None:
        """What predicting the same for every example scores."""
        return constant_score(task, data)

    def stacking(self, study: Study, task: Task) -> Stacking | str:
        """On raw scores."""
        return SupervisedStacking(task, study.folder)


class SupervisedTrainable:
    """A model as `Head` sees it, trained on raw scores wherever its layers show them."""

    def __init__(self, study: Study, trial: Trial, task: Task, data: Data) -> None:
        self._task, self._data, settings = task, data, trial.settings
        model = build(study, trial, task)
        self._head = heads_of(model, task)
        self.model: keras.Model = self._head.raw
        self.parameters: int = model.count_params()
        self._head.check(examples(data, data.validation[:_TRIED])[0])
        self._batches = Batches(data, trial.seed, settings["batch_size"])
        rate = learning_rate(trial, settings["epochs"] * len(self._batches), study.folder)
        loss = objective_of(settings["loss"], task, study.folder, self._head.ends == "probabilities")
        optimizer = parts.optimizer(settings["optimizer"], rate, study.folder)
        compile_as_asked(self.model, optimizer, loss, len(self._batches))

    def training_loss(self, logs: Mapping[str, float]) -> float:
        """Keras' `loss`."""
        return logs["loss"]

    def batches(self) -> Batches:
        """The training batches."""
        return self._batches

    def evaluate(self, index: np.ndarray) -> dict[str, float]:
        """The loss, penalties included, and every metric."""
        losses: list[float] = []
        sizes: list[int] = []
        raw: list[np.ndarray] = []
        for start in range(0, len(index), CHUNK):
            x, y = examples(self._data, index[start : start + CHUNK])
            losses.append(float(self.model.test_on_batch(x, y, return_dict=True)["loss"]))
            sizes.append(len(y))
            raw.append(self._head.scores(self.model.predict_on_batch(x)))
        found = task_scores(self._task, self._scored(index, raw))
        return {"loss": float(np.average(losses, weights=sizes))} | found

    def test(self, index: np.ndarray) -> tuple[dict[str, float], np.ndarray | None]:
        """Every metric, and which examples came out right where accuracy is one."""
        chunks = [index[start : start + CHUNK] for start in range(0, len(index), CHUNK)]
        raw = [self._head.scores(self.model.predict_on_batch(examples(self._data, chunk)[0])) for chunk in chunks]
        scored = self._scored(index, raw)
        right = scored.decisions == scored.y if has_right_answers(self._task) else None
        return task_scores(self._task, scored), right

    def _scored(self, index: np.ndarray, raw: list[np.ndarray]) -> Scored:
        return Scored.of(self._task, self._data, index, np.concatenate(raw), self.model.get_weights)

    @cached_property
    def _probe(self) -> Probe:
        return Probe(self.model, *examples(self._data, probe(self._data)))

    def measure(self) -> dict[str, float]:
        """The figures of `custom.callbacks.Telemetry`."""
        return self._probe.measure()

    def finished(self) -> keras.Model:
        """The model giving probabilities, or for a linear head values."""
        return self._head.finished()
