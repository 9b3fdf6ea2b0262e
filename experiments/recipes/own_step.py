"""The recipe of a model that trains by its own step: `fit` as its author wrote it, scored by its own metrics."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from experiments.errors import RequestError, said
from experiments.models.build import build
from experiments.recipes.batches import Batches, examples
from experiments.recipes.recipe import Recipe
from experiments.recipes.supervised.overrides import uncompiled
from experiments.study.imports import load
from experiments.study.scorer import EVALUATED, REPORTED
from experiments.study.study import Study
from experiments.study.trial import Trial
from experiments.tasks import Data, Task

_BATCH = 32  # of `evaluate`, as Keras has it


class OwnStep(Recipe):
    """Trains a `keras.Model` that its function compiles, whatever its `train_step` does.

    The study sets the batch size, the epochs and the arguments of the model's function; losses and optimizers are the
    model's. Metrics are named by the study: what the model's `evaluate` returns on held-out examples, or functions of
    (model, x, y) that give one number. A task without targets hands over x alone, as `fit(x)` does.

    >>> from experiments.tasks.mixtures import ring
    >>> OwnStep().learned(ring()).head
    'reported'
    """

    def learned(self, task: Task) -> Task:
        """The same examples and targets; metrics are the study's."""
        return replace(task, head=REPORTED, metrics=(), scorers={})

    def ready(self, study: Study, trial: Trial, task: Task, data: Data) -> "OwnTrainable":
        """A trial's model as its function compiled it."""
        return OwnTrainable(study, trial, task, data)


class OwnTrainable:
    """One trial's model."""

    def __init__(self, study: Study, trial: Trial, task: Task, data: Data) -> None:
        self._task, self._data, self._folder = task, data, study.folder
        self.model = build(study, trial, task, has_call=False)
        if not self.model.compiled:
            raise RequestError(
                f"the recipe own_step trains a model as it is compiled, and {study.model} gave one that is not; "
                "end the function in model.compile(…)"
            )
        self.parameters = sum(math.prod(weight.shape) for weight in self.model.weights)
        self._batches = Batches(data, trial.seed, trial.settings["batch_size"], labelled=task.labelled)

    def training_loss(self, logs: Mapping[str, float]) -> float:
        """Keras' `loss` where the model logs one, else its first number."""
        if not logs:
            raise KeyError("loss")
        return logs["loss"] if "loss" in logs else next(iter(logs.values()))

    def batches(self) -> Batches:
        """The training batches: (x, y), or x alone."""
        return self._batches

    def evaluate(self, index: np.ndarray) -> dict[str, float]:
        """Every metric, and the loss where `evaluate` is asked for a metric and returns one."""
        return self._scores(index, with_loss=True)

    def test(self, index: np.ndarray) -> tuple[dict[str, float], None]:
        """Every metric."""
        return self._scores(index, with_loss=False), None

    def _scores(self, index: np.ndarray, *, with_loss: bool) -> dict[str, float]:
        x, y = examples(self._data, index)
        scorers = self._task.scorers
        named = {
            name: of.target.removeprefix(EVALUATED) for name, of in scorers.items() if of.target.startswith(EVALUATED)
        }
        logs = self._evaluate_model(x, y) if named else {}
        found: dict[str, float] = {"loss": float(logs["loss"])} if with_loss and "loss" in logs else {}
        for name in self._task.metrics:
            if name in named:
                if named[name] not in logs:
                    raise RequestError(f"metrics: the model's evaluate returns {sorted(logs)}, and not {named[name]}")
                found[name] = float(logs[named[name]])
            else:
                scorer = scorers[name]
                function: Callable[..., Any] = scorer.object or load(scorer.target, self._folder, "metrics")
                given = np.asarray(keras.ops.convert_to_numpy(function(self.model, x, y)), np.float64)
                if given.size != 1:
                    raise RequestError(f"metrics {name}: gives {given.size} numbers, allowed is one")
                found[name] = float(given.reshape(()))
        return found

    def _evaluate_model(self, x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
        """What `evaluate` returns. RequestError where the model has none; what its own step raises stays as it is."""
        given = (x, y) if self._task.labelled else (x,)
        try:
            logs: dict[str, Any] = self.model.evaluate(*given, batch_size=_BATCH, verbose=0, return_dict=True)
        except NotImplementedError as error:
            raise RequestError(
                f"the model can't be evaluated: {said(error)[:200]}; give it a test_step, or metrics that are "
                "functions of (model, x, y)"
            ) from error
        return logs

    def measure(self) -> dict[str, float]:
        """Nothing: what a layer's figures are depends on the step."""
        return {}

    def finished(self) -> keras.Model:
        """The model; not compiled."""
        return uncompiled(self.model)
