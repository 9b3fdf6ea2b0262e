"""A cell as the stack needs it: the Keras objects of one configuration, and what it can be stacked with."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import keras

from experiments import catalog
from experiments.models import parts
from experiments.models.build import build
from experiments.study import Study
from experiments.tasks import Task
from experiments.train.fused import optimizers, penalties
from experiments.train.fused.rules import rule_of
from experiments.train.fused.rules.rule import function_key
from experiments.train.head import Head
from experiments.train.objective import Objective, objective
from experiments.trial import Trial, canonical


@dataclass
class Cell:
    """The model of one trial, in raw scores, with its loss and its optimizer."""

    trial: Trial
    head: Head
    objective: Objective
    optimizer: keras.optimizers.Optimizer
    layers: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        if isinstance(self.head.raw, keras.Model) and hasattr(self.head.raw, "_nodes_by_depth"):
            self.layers = operations(self.head.raw)

    @cached_property
    def slices(self) -> str:
        """What differs within one stack by slices: the functions of the layers, and the loss."""
        functions = [
            function_key(getattr(layer, name)) for layer in self.layers for name in (rule_of(layer) or _NONE).functions
        ]
        return canonical([functions, self.trial.settings["loss"]])

    @cached_property
    def structure(self) -> str:
        """What all cells of one stack have in common: the graph, and everything that is no number of a trial."""
        place = {id(layer): at for at, layer in enumerate(self.layers)}
        edges = []
        for nodes in self.head.raw._nodes_by_depth.values():
            for node in nodes:
                if not node.is_input:
                    sources = [place.get(id(x._keras_history.operation), "input") for x in node.input_tensors]
                    edges.append([place[id(node.operation)], sources])
        described = [_described(layer) for layer in self.layers]
        settings = {name: self.trial.settings[name] for name in ("batch_size", "epochs")}
        return canonical([sorted(edges, key=str), described, optimizers.signature(self.optimizer), settings])

    @cached_property
    def refuses(self) -> str | None:
        """Why this cell can't be stacked, or None."""
        if not self.layers:
            return "the model is no Sequential or functional model"
        raw = self.head.raw
        if len(raw.inputs) != 1:
            return f"the model has {len(raw.inputs)} inputs"
        if self.trial.settings["loss"]["name"] not in catalog.LOSSES:
            return f"the loss {self.trial.settings['loss']['name']} is your own"
        if raw.dtype_policy.compute_dtype != raw.dtype_policy.variable_dtype:
            return f"the precision {raw.dtype_policy.name}"
        for layer in self.layers:
            if why := _refuses(layer):
                return why
        return optimizers.refuses(self.optimizer)

    def weights(self) -> list[list[Any]]:
        """The variables of every layer, as arrays."""
        return [[keras.ops.convert_to_numpy(weight) for weight in layer.weights] for layer in self.layers]


class _None:
    functions: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


_NONE: Any = _None()


def operations(model: Any) -> list[Any]:
    """The layers of a functional model, each once, in the order in which they compute."""
    found: dict[int, Any] = {}
    for depth in sorted(model._nodes_by_depth, reverse=True):
        for node in model._nodes_by_depth[depth]:
            if node.operation and not node.is_input:
                found.setdefault(id(node.operation), node.operation)
    return list(found.values())


def make(study: Study, trial: Trial, task: Task) -> Cell:
    """The cell of a trial, its model untrained."""
    settings = trial.settings
    return Cell(
        trial,
        Head(build(study, trial, task), task.head, task.outputs),
        objective(settings["loss"], task.head, task.outputs, study.folder),
        parts.optimizer(settings["optimizer"], settings["learning_rate"], study.folder),
    )


_UNIMPORTANT = {"name", "seed", "activity_regularizer"}


def _described(layer: Any) -> Any:
    """A layer's configuration less what is a number or a function of a trial, a name or an initial value."""
    rule = rule_of(layer) or _NONE
    left_out = {*rule.numbers, *rule.functions, *_UNIMPORTANT}
    config = {key: value for key, value in layer.get_config().items() if key not in left_out}
    config = {key: value for key, value in config.items() if not key.endswith(("_initializer", "_regularizer"))}
    shapes = [list(weight.shape) for weight in layer.weights]
    activity = penalties.form(getattr(layer, "activity_regularizer", None))
    return [type(layer).__name__, config, shapes, activity, layer.trainable]


def _refuses(layer: Any) -> str | None:
    rule = rule_of(layer)
    if rule is None:
        return f"the layer {layer.name} ({type(layer).__name__}) has no stacking rule"
    if why := rule.refuses(layer):
        return f"the layer {layer.name} ({type(layer).__name__}): {why}"
    if penalties.form(getattr(layer, "activity_regularizer", None)) is None:
        return f"the layer {layer.name}: its activity regularizer has no fused form"
    for weight in layer.trainable_weights:
        if penalties.form(weight.regularizer) != "strengths":
            return f"the layer {layer.name}: its regularizer {type(weight.regularizer).__name__} has no fused form"
        if weight.constraint is not None:
            return f"the layer {layer.name}: its constraint {type(weight.constraint).__name__} has no fused form"
    return None
