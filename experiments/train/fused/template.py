"""A model as the stack needs it: its layers, what they can be stacked with, and the numbers of a trial in them."""

from collections.abc import Iterator, Sequence
from copy import copy
from functools import cached_property
from typing import Any

import keras
import numpy as np

from experiments.recipes.supervised.head import Head
from experiments.study.trial import canonical
from experiments.train.fused import constraints, penalties
from experiments.train.fused.probe import function_passes, has_weights
from experiments.train.fused.rules import Rule, rule_of
from experiments.train.fused.rules.rule import can_be_told_apart, function_key

_UNIMPORTANT = {"name", "seed", "activity_regularizer"}


class Template:
    """An untrained model of one configuration, seen as raw scores.

    layers: in the order in which they compute; empty where the model shows none.
    """

    def __init__(self, head: Head) -> None:
        self.head, self.raw = head, head.raw
        self.layers: list[Any] = operations(head.raw) if hasattr(head.raw, "_nodes_by_depth") else []

    @cached_property
    def refuses(self) -> str | None:
        """Why the model can't be stacked, or None."""
        if self.head.own:
            return f"the model is trained as the object that it is: {self.head.own}"
        if self.head.shown != "raw":
            return f"its end does not show raw scores: {self.head.last}"
        if len(self.raw.inputs) != 1:
            return f"the model has {len(self.raw.inputs)} inputs"
        if why := next((why for layer in self.layers if (why := _refuses(layer))), None):
            return why
        if len({id(weight) for weight in self.raw.weights}) < sum(len(layer.weights) for layer in self.layers):
            return "layers share weights"
        return _refuses_calls(self.raw)

    @cached_property
    def functions(self) -> list[Any]:
        """What may differ from cell to cell within one stack, by layer: which function, which layer of a family."""
        return [_functions(layer) for layer in self.layers]

    @cached_property
    def structure(self) -> str:
        """What all models of one stack have in common: the graph, and all that is no number or function of a trial."""
        place = {id(layer): at for at, layer in enumerate(self.layers)}
        edges = []
        for nodes in self.raw._nodes_by_depth.values():
            for node in nodes:
                if not node.is_input:
                    sources = [place.get(id(x._keras_history.operation), "input") for x in node.input_tensors]
                    edges.append([place[id(node.operation)], sources])
        return canonical([sorted(edges, key=str), [_described(layer) for layer in self.layers]])

    @cached_property
    def numbers(self) -> dict[str, float]:
        """Numbers that may differ from trial to trial, by `place/attribute`."""
        found: dict[str, float] = {}
        for at, layer in enumerate(self.layers):
            found |= {f"{at}/{name}": float(getattr(layer, name)) for name in rule_of(layer).numbers}
            regularizers = {weight.name: weight.regularizer for weight in layer.trainable_weights}
            regularizers["activity"] = getattr(layer, "activity_regularizer", None)
            for name, one in regularizers.items():
                found |= {f"{at}/{name}/{key}": value for key, value in penalties.numbers(one).items()}
            for weight in layer.trainable_weights:
                own = constraints.numbers(weight.constraint)
                found |= {f"{at}/{weight.name}/{key}": value for key, value in own.items()}
        return found

    def with_numbers(self, numbers: dict[str, float]) -> "Template":
        """The same layers with other numbers in place of some: of a model that differs in these alone."""
        twin = copy(self)
        twin.__dict__["numbers"] = self.numbers | numbers
        return twin

    @cached_property
    def parameters(self) -> int:
        """How many numbers the model has."""
        return self.head.model.count_params()

    @cached_property
    def initial(self) -> "Initial":
        """Its weights before training."""
        return Initial(self.raw, self.layers)


class Initial:
    """The weights of a model before training, and the states of the random layers, layer by layer."""

    def __init__(self, raw: Any, layers: Sequence[Any]) -> None:
        self.weights = [keras.ops.convert_to_numpy(weight) for layer in layers for weight in layer.weights]
        self.states = {
            at: keras.ops.convert_to_numpy(layer.seed_generator.state)
            for at, layer in enumerate(layers)
            if (rule := rule_of(layer)) and rule.random and hasattr(layer, "seed_generator")
        }

    def equals(self, other: "Initial") -> bool:
        """Whether another model starts from the same numbers."""
        ours, theirs = ([*one.weights, *one.states.values()] for one in (self, other))
        return len(ours) == len(theirs) and all(map(np.array_equal, ours, theirs))


def operations(model: Any) -> list[Any]:
    """The layers of a functional model, each once, in the order in which they compute."""
    found: dict[int, Any] = {}
    for depth in sorted(model._nodes_by_depth, reverse=True):
        for node in model._nodes_by_depth[depth]:
            if node.operation and not node.is_input:
                found.setdefault(id(node.operation), node.operation)
    return list(found.values())


def of_family(layer: Any) -> str | None:
    """The family of a layer whose place in the stack another of the family may take."""
    return None if layer.weights else (rule_of(layer) or Rule(None)).family


def _functions(layer: Any) -> Any:
    rule = rule_of(layer)
    functions = [function_key(getattr(layer, name)) for name in rule.functions]
    if of_family(layer):
        left_out = {*rule.numbers, *rule.functions, *_UNIMPORTANT}
        config = {key: value for key, value in layer.get_config().items() if key not in left_out}
        return [type(layer).__module__, type(layer).__name__, config, functions]
    return functions


def _described(layer: Any) -> Any:
    """A layer's configuration less what is a number or a function of a trial, a name or an initial value."""
    rule = rule_of(layer)
    activity = penalties.form(getattr(layer, "activity_regularizer", None))
    if family := of_family(layer):
        return [family, activity]
    left_out = {*rule.numbers, *rule.functions, *_UNIMPORTANT}
    config = {key: value for key, value in layer.get_config().items() if key not in left_out}
    config = {key: value for key, value in config.items() if not key.endswith(("_initializer", "_regularizer"))}
    shapes = [list(weight.shape) for weight in layer.weights]
    # the kind of a constraint, whose numbers are a trial's
    config = {key: value for key, value in config.items() if not key.endswith("_constraint")}
    shapes += [[weight.name, type(weight.constraint).__name__] for weight in layer.trainable_weights]
    return [type(layer).__module__, type(layer).__name__, config, shapes, activity, layer.trainable]


def _refuses(layer: Any) -> str | None:
    rule = rule_of(layer)
    if rule is None:
        return f"the layer {layer.name} ({type(layer).__name__}) has no stacking rule"
    if why := rule.refuses(layer) or next(_reasons(layer, rule), None):
        return f"the layer {layer.name} ({type(layer).__name__}): {why}"
    return None


def _refuses_calls(model: Any) -> str | None:
    """Why the calls of a model's layers can't be stacked: a rule sees one call, and nothing but its inputs."""
    seen: set[int] = set()
    for nodes in model._nodes_by_depth.values():
        for node in nodes:
            if node.is_input:
                continue
            if id(node.operation) in seen:
                return f"the layer {node.operation.name} is called more than once"
            seen.add(id(node.operation))
            given = [name for name, value in node.arguments.kwargs.items() if value is not None and name != "training"]
            if given or len(node.arguments.args) > 1:
                return f"the layer {node.operation.name} is called with more than its inputs: {', '.join(given)}"
    return None


def _reasons(layer: Any, rule: Rule) -> Iterator[str]:
    if {layer.compute_dtype, layer.variable_dtype} != {keras.config.floatx()}:
        yield f"its precision {layer.dtype_policy.name}"
    if "call" in vars(layer):
        yield "its call is not that of its class"
    if getattr(layer, "lora_enabled", False) or getattr(layer, "quantization_mode", None):
        yield "LoRA or quantized weights"
    if penalties.form(getattr(layer, "activity_regularizer", None)) is None:
        yield "its activity regularizer has no fused form"
    for name in rule.functions:
        function = getattr(layer, name)
        if not can_be_told_apart(function) or has_weights(function):
            yield f"its {name} is a lambda, a closure or a method, or has weights; a function of a module stacks"
        elif not function_passes(function):
            yield f"its {name} {getattr(function, '__name__', function)} mixes examples"
    for weight in layer.trainable_weights:
        if penalties.form(weight.regularizer) != "strengths":
            yield f"its regularizer {type(weight.regularizer).__name__} has no fused form"
        if why := constraints.refuses(weight.constraint):
            yield why
