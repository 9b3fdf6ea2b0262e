"""Cells of a search over a user's own `build(hp)`: what the fused trainer needs of each, from the model it gives."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import keras
import numpy as np

from experiments.models.global_state import seeded
from experiments.recipes.supervised.constant import constant_score
from experiments.recipes.supervised.head import Head
from experiments.recipes.supervised.several import Heads
from experiments.recipes.supervised.stacking import SupervisedStacking
from experiments.study.trial import Trial, canonical
from experiments.study.types import PlainTable
from experiments.tasks import Data, Task
from experiments.train.fused.cell import Cell
from experiments.train.fused.template import Initial, Template, operations
from experiments.tune.compiled_model import CannotStack, Compiled, read_compiled

INITIAL_EPOCH = "initial_epoch"
Build = Callable[[PlainTable], keras.Model]  # values of hyper-parameters → a compiled model


@dataclass(frozen=True)
class Kind:
    """What the fused trainer asks of a study.

    primary: what chooses the epoch that counts, a metric or "loss". direction: "max" or "min".
    """

    primary: str
    direction: str
    folder: str | None = None
    telemetry: bool = False
    task_settings: tuple[str, ...] = (INITIAL_EPOCH,)  # trials of one stack begin at the same epoch


class BuiltCells:
    """Cells of one task, made by a function; a model is built anew for every seed.

    build: of hyper-parameters. data: the examples. form: of the first model; others must agree with it. kind: what
    chooses the epoch that counts. models: those that are built already, by the id of their trial and the seed. check:
    compares a model with its form on a few examples. most: how many weights a model may train, None for any number.
    """

    def __init__(
        self,
        build: Build,
        data: Data,
        form: Compiled,
        kind: Kind,
        models: dict[tuple[str, int], keras.Model],
        check: Callable[[keras.Model, Compiled], None],
        most: int | None = None,
    ) -> None:
        self._build, self._form, self._models, self._most = build, form, models, most
        self._check = check
        self._known = {_loss_of(form)}  # what a model was checked with already
        self._made: dict[str, Cell] = {}
        metrics = tuple(dict.fromkeys(form.metrics.values())) or ("mean_squared_error",) * (form.head == "linear")
        self.task = Task(form.head, data.x.shape[1:], form.outputs, lambda seed: data, metrics or ("accuracy",))
        self.stacking = SupervisedStacking(self.task)
        self.study = kind
        self._initial: dict[tuple[str, int], Initial] = {}

    def cell(self, trial: Trial) -> Cell:
        """The cell of a trial, from the model of its first seed."""
        if trial.cell not in self._made:
            model = self._model(trial)
            if self._most and sum(math.prod(weight.shape) for weight in model.trainable_weights) > self._most:
                raise CannotStack(f"it trains more than {self._most} weights")
            form = read_compiled(model)
            if replace(form, loss={}) != replace(self._form, loss={}):
                raise CannotStack("its head or its metrics differ from those of the first model")
            if _loss_of(form) not in self._known:
                self._check(model, form)
                self._known.add(_loss_of(form))
            template = Template(self._head(model))
            settings = trial.settings | {"loss": form.loss}
            cell = Cell(trial.cell, settings, template, self.stacking.loss(settings), model.optimizer)
            self._made[trial.cell] = cell
            if not cell.refuses:
                self._initial[trial.cell, trial.seed] = template.initial
        return self._made[trial.cell]

    def initial(self, trial: Trial) -> Initial:
        """The weights of a trial before training."""
        if (trial.cell, trial.seed) not in self._initial:
            raw = self._head(self._model(trial)).raw
            self._initial[trial.cell, trial.seed] = Initial(raw, operations(raw))
        return self._initial[trial.cell, trial.seed]

    def constant_score(self, data: Data) -> float | None:
        """What the best guess without learning scores."""
        return constant_score(self.task, data)

    def model(self, trial: Trial, weights: list[np.ndarray]) -> keras.Model:
        """The model of a trial's configuration, with trained weights of the trial."""
        template = self._made[trial.cell].template
        places = [weight for layer in template.layers for weight in layer.weights]
        for variable, value in zip(places, weights, strict=True):
            variable.assign(value)
        return template.body.model

    def _head(self, model: keras.Model) -> Head | Heads:
        return self.stacking.body(model, {})

    def _model(self, trial: Trial) -> keras.Model:
        if (built := (trial.parts["trial"], trial.seed)) in self._models:
            return self._models.pop(built)
        with seeded(trial.seed):
            return self._build(trial.settings["values"])


def _loss_of(form: Compiled) -> str:
    return canonical(form.loss)
