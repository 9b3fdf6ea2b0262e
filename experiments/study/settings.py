"""Which settings a task and a model have: from the catalog, or from the signature of a user's own function."""

import inspect
from dataclasses import dataclass, field, replace
from typing import Any

from experiments.errors import RequestError, unknown
from experiments.study import catalog
from experiments.study.catalog import NamedPart, Setting
from experiments.study.imports import call, load
from experiments.study.level import plain
from experiments.study.scorer import Scorer
from experiments.study.types import Build, OwnPart, Settings

# What a model's function may ask for by name, besides settings of its own.
OFFERED = ("input_shape", "outputs", "head", "seed", *catalog.REGULARIZER_SLOTS)


@dataclass(frozen=True)
class TaskFacts:
    """What a study needs to know of a task before any data is loaded.

    data: the settings of data factors that make sense for it. misfits: those of others, and why each does not.
    """

    settings: dict[str, Setting]
    head: str
    metrics: tuple[str, ...]
    scorers: dict[str, Scorer] = field(default_factory=dict)
    recipe: str = catalog.SUPERVISED
    data: dict[str, Setting] = field(default_factory=dict)
    misfits: dict[str, str] = field(default_factory=dict)
    several: dict[str, str] = field(default_factory=dict)  # the heads of several outputs, by name

    @property
    def every_setting(self) -> dict[str, Setting]:
        """Its own settings, and those of data factors."""
        return self.settings | self.data


@dataclass(frozen=True)
class ModelFacts:
    """What a study needs to know of a model: its settings, and the regularizer slots that it takes."""

    settings: dict[str, Setting]
    slots: tuple[str, ...]


def task_facts(level: Settings, folder: str | None, given: OwnPart = None, recipe: str | None = None) -> TaskFacts:
    """Facts of a task: a catalog's name, a user's import target, or (`given`) a Task object.

    recipe: how it is learned, by name; by default as the catalog says of the task. A recipe that gives every task one
    head brings its own metrics; a task that has that head already keeps its own, where the recipe computes them.
    """
    facts = _own_facts(level, folder, given)
    if recipe is None:
        recipe = catalog.TASKS[level["name"]].recipe if given is None and level["name"] in catalog.TASKS else None
    if recipe is not None and recipe not in catalog.RECIPES:
        raise RequestError(unknown("recipe", recipe, catalog.RECIPES))
    facts = _with_data_factors(facts, recipe or facts.recipe)
    if recipe is None:
        return facts
    part = catalog.RECIPES[recipe]
    if part.takes and facts.head not in part.takes:
        told = f"the task {level['name']} has a {facts.head} head, and {recipe} learns"
        raise RequestError(f"recipe: {told} tasks with the head {' or '.join(part.takes)}")
    if not part.head or (facts.head in (part.head, *part.other_heads) and part.keeps_metrics):
        return replace(facts, recipe=recipe)
    return replace(facts, recipe=recipe, head=part.head or facts.head, metrics=part.metrics, scorers={})


def _with_data_factors(facts: TaskFacts, recipe: str) -> TaskFacts:
    """Facts with the data factors that fit; a setting of the task's own by such a name stays its own."""
    data: dict[str, Setting] = {}
    misfits: dict[str, str] = {}
    learner = catalog.RECIPES[recipe]
    for name, part in catalog.DATA_FACTORS.items():
        others = {key: setting for key, setting in part.settings.items() if key not in facts.settings}
        if part.of_targets and not (learner.needs_y or learner.may_use_y):
            misfits |= dict.fromkeys(others, f"the recipe {recipe} has no targets that {name} could change")
        elif facts.head not in part.heads:
            why = f"{name} is for tasks with the head {', '.join(part.heads)}; this one has {facts.head}"
            misfits |= dict.fromkeys(others, why)
        else:
            data |= others
    fitting = ", ".join(data)
    return replace(facts, data=data, misfits={key: f"{why}. Fitting: {fitting}" for key, why in misfits.items()})


def _own_facts(level: Settings, folder: str | None, given: OwnPart) -> TaskFacts:
    name = level["name"]
    if given is None and name in catalog.TASKS:
        part = catalog.TASKS[name]
        return TaskFacts(part.settings, part.head, part.metrics)
    options = {key: value for key, value in level.items() if key != "name"}
    settings: dict[str, Setting] = {}
    task = given if given is not None else load(name, folder, "task")
    if callable(task):
        settings = signature_settings(task)
        task = call("task", name, task, options)
    elif options:
        raise RequestError(f"task: {name} is no function, so it takes no settings, got {', '.join(options)}")
    for fact in ("draw", "head", "metrics", "input_shape", "outputs"):
        if not hasattr(task, fact):
            raise RequestError(f"task: {name} gave a {type(task).__name__}, allowed is an experiments.tasks.Task")
    several = {name: output.head for name, output in getattr(task, "several", {}).items()}
    return TaskFacts(settings, task.head, tuple(task.metrics), getattr(task, "scorers", {}), several=several)


def model_facts(
    name: str, folder: str | None, given: Build | None = None, recipe: str = catalog.SUPERVISED
) -> ModelFacts:
    """Facts of a model kind: a catalog's name, a user's import target, or (`given`) a function.

    recipe: what trains it. Raises RequestError where that trains no such kind.
    """
    if given is None and name in catalog.MODELS:
        if name not in (fitting := catalog.fitting_models(recipe)):
            told = ", ".join(fitting)
            raise RequestError(f'model kind: got "{name}", which the recipe {recipe} does not train. Fitting: {told}')
        return ModelFacts(catalog.MODELS[name].settings, catalog.REGULARIZER_SLOTS)
    function = given if given is not None else load(name, folder, "model kind")
    if not callable(function):
        raise RequestError(
            f"model kind: {name} is a {type(function).__name__}, allowed is a function that builds a model"
        )
    settings = signature_settings(function, recipe)
    slots = tuple(slot for slot in catalog.REGULARIZER_SLOTS if slot in inspect.signature(function).parameters)
    if slots:
        settings["regularizer"] = Setting(NamedPart, "none")
    if "dropout" in slots:
        settings["dropout"] = catalog.MODELS["mlp"].settings["dropout"]
    return ModelFacts(settings, slots)


def signature_settings(function: Build, recipe: str = catalog.SUPERVISED) -> dict[str, Setting]:
    """A user's function's own settings by name, their defaults as written there.

    A parameter whose default is an object, such as a layer, is none: a study could not write it down. Nor is one that
    is a setting of training under the recipe.

    >>> signature_settings(lambda input_shape, width=8: None)
    {'width': Setting(type=typing.Any, default=8, later=False)}
    """
    settings: dict[str, Setting] = {}
    training = catalog.training_settings(recipe)
    for name, parameter in inspect.signature(function).parameters.items():
        open_ended = parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        if open_ended or name in OFFERED or name in training:
            continue
        try:
            default = None if parameter.default is parameter.empty else plain(parameter.default)
        except TypeError:
            continue
        if name in catalog.PARTS:
            settings[name] = Setting(NamedPart, default or catalog.MODELS["mlp"].settings[name].default)
        else:
            settings[name] = Setting(Any, default)
    return settings
