"""A cell as the stack needs it: template, loss and optimizer of one configuration; and where cells come from."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import keras
import numpy as np

from custom.keras_internals import learning_rate_of
from experiments.models import parts, schedules
from experiments.models.build import build, settings_used
from experiments.recipes.recipe import recipe_of
from experiments.recipes.stacking import Body, StackedLoss, Stacking
from experiments.study import catalog
from experiments.study.study import Study
from experiments.study.trial import LATER, Trial, canonical
from experiments.study.types import Plain, PlainTable, Settings
from experiments.tasks import Data, Task
from experiments.train.fused.place import Place
from experiments.train.fused.rules import optimizers
from experiments.train.fused.rules.layers import known_rule
from experiments.train.fused.shared_builds import Twins
from experiments.train.fused.template import Initial, Template, operations


@dataclass(frozen=True)
class Cell:
    """A configuration: what it shares with others is the same object."""

    id: str
    settings: Settings
    template: Template
    loss: StackedLoss
    optimizer: keras.optimizers.Optimizer
    other_refuses: str | None = None
    learning_rate: float | None = None  # where it is not the optimizer's own

    @property
    def refuses(self) -> str | None:
        """Why it can't be stacked, or None."""
        return (
            self.template.refuses
            or self.loss.refuses
            or self.other_refuses
            or optimizers.refuses(self.optimizer)
            or self._penalizes_in_turns
        )

    @property
    def _penalizes_in_turns(self) -> str | None:
        """The layer whose own penalty networks that learn in turns would leave out, or None."""
        layers = self.template.layers if self.loss.turns else []
        found = next((layer.name for layer in layers if known_rule(layer).penalizes), None)
        return f"the layer {found} adds a penalty of its own, several times in a step" if found else None

    @cached_property
    def signature(self) -> str:
        """What all cells of one stack have in common, but for their data."""
        scheduled = self.settings.get("schedule", LATER["schedule"]) != LATER["schedule"]
        in_turns = [self.loss.key] if self.loss.turns else []
        return canonical([self.template.structure, optimizers.signature(self.optimizer), scheduled, *in_turns])

    @cached_property
    def slices(self) -> str:
        """What differs within one stack by slices: the functions of the layers, and the loss."""
        return canonical([self.template.functions, self.loss.key])

    @cached_property
    def numbers(self) -> dict[Place, float]:
        """What differs within one stack as a number."""
        of_optimizer = optimizers.numbers(self.optimizer)
        if self.learning_rate is not None:
            of_optimizer["learning_rate"] = float(np.asarray(self.learning_rate, keras.config.floatx()))
        others = {name: float(np.asarray(value, keras.config.floatx())) for name, value in self.loss.numbers.items()}
        return self.template.numbers | {Place(name): value for name, value in (of_optimizer | others).items()}


def varying_numbers(cells: Sequence[Cell]) -> tuple[Place, ...]:
    """The numbers that are not the same in all cells."""
    values: dict[Place, set[float]] = {}
    for cell in cells:
        for place, value in cell.numbers.items():
            values.setdefault(place, set()).add(value)
    # strengths that a cell does not have are 0; attributes that its layer does not have play no part in it
    for place, found in values.items():
        if place.part and any(place not in cell.numbers for cell in cells):
            found.add(0.0)
    return tuple(sorted((place for place, found in values.items() if len(found) > 1), key=str))


def constant_numbers(cells: Sequence[Cell], varying: tuple[Place, ...]) -> dict[Place, float]:
    """The numbers that are the same in all cells."""
    merged = {place: value for cell in cells for place, value in cell.numbers.items()}
    return {place: merged[place] for place in sorted(merged, key=str) if place not in varying}


class StackedStudy(Protocol):
    """What training stacks takes from a study.

    primary: what chooses the epoch that counts, a metric or "loss". direction: "max" or "min". folder: where files of
    the user's own parts are. task_settings: the settings that all trials of a stack have in common.
    """

    @property
    def primary(self) -> str: ...
    @property
    def direction(self) -> str: ...
    @property
    def folder(self) -> str | None: ...
    @property
    def telemetry(self) -> bool: ...
    @property
    def task_settings(self) -> Iterable[str]: ...


class CellSource(Protocol):
    """Where a stack's cells come from: `Cells` of a study, or what a tuner builds.

    stacking: how the recipe stacks; or, as text, why it does not.
    """

    @property
    def study(self) -> StackedStudy: ...
    @property
    def task(self) -> Task: ...
    @property
    def stacking(self) -> Stacking | str: ...

    def cell(self, trial: Trial) -> Cell:
        """The cell of a trial."""
        ...

    def initial(self, trial: Trial) -> Initial:
        """The weights of a trial before training."""
        ...

    def model(self, trial: Trial, weights: list[np.ndarray]) -> keras.Model:
        """The Keras model of a trial with trained weights."""
        ...

    def constant_score(self, data: Data) -> float | None:
        """What the best guess without learning scores, as a recipe has it."""
        ...


class Cells:
    """Cells of a study, and their weights by seed: a model is built once, not for every trial.

    stacking: how the study's recipe stacks; or, as text, why it does not. Then there are no cells.
    """

    def __init__(self, study: Study, task: Task) -> None:
        self.study, self.task = study, task
        self.stacking: Stacking | str = recipe_of(study).stacking(study, task)
        self._made: PlainTable = {}
        self._initial: dict[tuple[int, int], Initial] = {}
        self._groups: list[tuple[Template, Trial]] = []
        self._group: dict[int, int] = {}
        self._twins = Twins(study, self._build_template)

    def cell(self, trial: Trial) -> Cell:
        """The cell of a trial; what depends on the seed is that of the first trial seen with these settings."""
        settings, folder = trial.settings, self.study.folder
        loss = self._stacking.loss(settings)
        level, rate = settings["optimizer"], settings["learning_rate"]
        hands_on = level["name"] in catalog.OPTIMIZERS  # a user's own may do something else with its rate
        optimizer = self._once(
            "optimizer", [level, None if hands_on else rate], lambda: parts.optimizer(level, rate, folder)
        )
        refuses = self._ignores_schedule(trial) or self._weighs(trial)
        template = self.template(trial)
        return Cell(trial.cell, settings, template, loss, optimizer, refuses, rate if hands_on else None)

    def _ignores_schedule(self, trial: Trial) -> str | None:
        """Why the rates of a schedule are not those of the optimizer, or None: a user's own may change them."""
        level = trial.settings["optimizer"]
        if not schedules.is_scheduled(trial) or level["name"] in catalog.OPTIMIZERS:
            return None
        schedule = schedules.learning_rate(trial, 10, self.study.folder)
        own = parts.optimizer(level, schedule, self.study.folder)
        return None if learning_rate_of(own) is schedule else f"the optimizer {level['name']} changes the schedule"

    def _weighs(self, trial: Trial) -> str | None:
        """Why the loss of a trial's data can't be stacked, or None. Data of the catalog weigh no example."""
        if self.study.task in catalog.TASKS:
            return None
        weighs = self._once("weights", None, lambda: self.task.draw(trial.seed).weights is not None)
        return "class_weight or sample_weight, which stacks don't have" if weighs else None

    def initial(self, trial: Trial) -> Initial:
        """The weights of a trial before training.

        Models with equal weights at one seed have equal weights at every seed, so one of them is built.
        """
        group = self._group[id(self.template(trial))]
        if (group, trial.seed) not in self._initial:
            raw = self._body(Trial(trial.parts, self._groups[group][1].settings, trial.seed)).raw
            self._initial[group, trial.seed] = Initial(raw, operations(raw))
        return self._initial[group, trial.seed]

    def constant_score(self, data: Data) -> float | None:
        """What the best guess without learning scores; None where the recipe has none."""
        return recipe_of(self.study).constant_score(self.task, data)

    def model(self, trial: Trial, weights: list[np.ndarray]) -> keras.Model:
        """The ordinary Keras model of a trial with trained weights, as its recipe finishes it."""
        body = self._body(trial)
        places = [weight for layer in operations(body.raw) for weight in layer.weights]
        for place, value in zip(places, weights, strict=True):
            place.assign(value)
        return body.finished()

    @property
    def _stacking(self) -> Stacking:
        if isinstance(self.stacking, str):
            raise ValueError(self.stacking)
        return self.stacking

    def _body(self, trial: Trial) -> Body:
        return self._stacking.body(build(self.study, trial, self.task), trial.settings)

    def _once(self, kind: str, settings: Plain, make: Callable[[], Plain]) -> Plain:
        key = canonical([kind, settings])
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def template(self, trial: Trial) -> Template:
        """The model of a trial's configuration, built once."""
        wanted = settings_used(self.study, trial)
        return self._once("model", wanted, lambda: self._new_template(trial, wanted))

    def _build_template(self, trial: Trial) -> Template:
        return Template(self._body(trial))

    def _new_template(self, trial: Trial, wanted: Settings) -> Template:
        template, twin = self._twins.template(trial, wanted)
        if twin:
            self._group[id(template)] = self._group[id(twin)]
            return template
        if template.refuses:
            return template
        for number, (other, seen) in enumerate(self._groups):
            same = seen.seed == trial.seed and template.structure == other.structure
            if same and template.initial.equals(other.initial):
                self._group[id(template)] = number
                return template
        self._group[id(template)] = number = len(self._groups)
        self._groups.append((template, trial))
        self._initial[number, trial.seed] = template.initial
        return template
