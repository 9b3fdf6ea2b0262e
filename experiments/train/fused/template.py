"""A model as the stack needs it: its layers, what they can be stacked with, and the numbers of a trial in them."""

from collections.abc import Iterator, Sequence
from copy import copy
from functools import cached_property

import keras
import numpy as np

from custom.keras_internals import graph, has_graph, operation_of
from experiments.recipes.stacking import Body
from experiments.study.trial import canonical
from experiments.study.types import KerasPart, Plain
from experiments.train.fused.place import ACTIVITY, Place
from experiments.train.fused.probe import function_passes, has_weights
from experiments.train.fused.rules import Rule, constraints, penalties, rule_of
from experiments.train.fused.rules.constraints import CONSTRAINTS
from experiments.train.fused.rules.layers import LAYERS, known_rule
from experiments.train.fused.rules.penalties import PENALTIES
from experiments.train.fused.rules.rule import can_be_told_apart, function_key

_UNIMPORTANT = {"name", "seed", "activity_regularizer"}


class Template:
    """An untrained model of one configuration, as its recipe shows it to a stack.

    layers: in the order in which they compute; empty where the model shows none.
    """

    def __init__(self, body: Body) -> None:
        self.body, self.raw = body, body.raw
        self.layers: list[KerasPart] = operations(body.raw) if has_graph(body.raw) else []

    @cached_property
    def refuses(self) -> str | None:
        """Why the model can't be stacked, or None."""
        if self.body.refuses:
            return self.body.refuses
        if len(self.raw.inputs) != 1:
            return f"the model has {len(self.raw.inputs)} inputs"
        if why := next((why for layer in self.layers if (why := _refuses(layer))), None):
            return why
        if len({id(weight) for weight in self.raw.weights}) < sum(len(layer.weights) for layer in self.layers):
            return "layers share weights"
        return _refuses_calls(self.raw)

    @cached_property
    def functions(self) -> list[KerasPart]:
        """What may differ from cell to cell within one stack, by layer: which function, which layer of a family."""
        return [_functions(layer) for layer in self.layers]

    @cached_property
    def structure(self) -> str:
        """What all models of one stack have in common: the graph, and all that is no number or function of a trial."""
        place = {id(layer): at for at, layer in enumerate(self.layers)}
        edges = []
        for call in graph(self.raw):
            sources = [place.get(id(operation_of(x)), "input") for x in call.input_tensors]
            edges.append([place[id(call.operation)], sources])
        return canonical([sorted(edges, key=str), [_describe(layer) for layer in self.layers]])

    @cached_property
    def numbers(self) -> dict[Place, float]:
        """Numbers that may differ from trial to trial."""
        found: dict[Place, float] = {}
        for at, layer in enumerate(self.layers):
            found |= {Place(name, at): float(getattr(layer, name)) for name in known_rule(layer).numbers}
            regularizers = {weight.name: weight.regularizer for weight in layer.trainable_weights}
            regularizers[ACTIVITY] = getattr(layer, "activity_regularizer", None)
            for part, regularizer in regularizers.items():
                found |= {Place(name, at, part): value for name, value in penalties.numbers(regularizer).items()}
            for weight in layer.trainable_weights:
                own = constraints.numbers(weight.constraint)
                found |= {Place(name, at, weight.name): value for name, value in own.items()}
        return found

    def with_numbers(self, numbers: dict[Place, float]) -> "Template":
        """The same layers with other numbers in place of some: of a model that differs in these alone."""
        twin = copy(self)
        twin.__dict__["numbers"] = self.numbers | numbers
        return twin

    @cached_property
    def parameters(self) -> int:
        """How many numbers the model has."""
        return self.body.model.count_params()

    @cached_property
    def initial(self) -> "Initial":
        """Its weights before training."""
        return Initial(self.raw, self.layers)


class Initial:
    """The weights of a model before training, and the states of the random layers, layer by layer."""

    def __init__(self, raw: KerasPart, layers: Sequence[KerasPart]) -> None:
        self.weights = [keras.ops.convert_to_numpy(weight) for layer in layers for weight in layer.weights]
        self.slots: list[list[np.ndarray]] = []  # no optimizer has made a step yet
        self.states = {
            at: keras.ops.convert_to_numpy(layer.seed_generator.state)
            for at, layer in enumerate(layers)
            if (rule := rule_of(layer)) and rule.random and hasattr(layer, "seed_generator")
        }

    def equals(self, other: "Initial") -> bool:
        """Whether another model starts from the same numbers."""
        ours, theirs = ([*start.weights, *start.states.values()] for start in (self, other))
        return len(ours) == len(theirs) and all(map(np.array_equal, ours, theirs))


def operations(model: KerasPart) -> list[KerasPart]:
    """The layers of a functional model, each once, in the order in which they compute."""
    found: dict[int, KerasPart] = {}
    for call in graph(model):
        found.setdefault(id(call.operation), call.operation)
    return list(found.values())


def of_family(layer: KerasPart) -> str | None:
    """The family of a layer whose place in the stack another of the family may take."""
    rule = rule_of(layer)
    return None if layer.weights or rule is None else rule.family


def _functions(layer: KerasPart) -> Plain:
    rule = known_rule(layer)
    functions = [function_key(getattr(layer, name)) for name in rule.functions]
    if of_family(layer):
        left_out = {*rule.numbers, *rule.functions, *_UNIMPORTANT}
        config = {key: value for key, value in layer.get_config().items() if key not in left_out}
        return [type(layer).__module__, type(layer).__name__, config, functions]
    return functions


def _describe(layer: KerasPart) -> Plain:
    """A layer's configuration less what is a number or a function of a trial, a name or an initial value."""
    rule = known_rule(layer)
    activity = penalties.rule_of(getattr(layer, "activity_regularizer", None)).form
    if family := of_family(layer):
        return [family, activity]
    left_out = {*rule.numbers, *rule.functions, *_UNIMPORTANT}
    config = {key: value for key, value in layer.get_config().items() if key not in left_out}
    config = {key: value for key, value in config.items() if not key.endswith(("_initializer", "_regularizer"))}
    shapes = [list(weight.shape) for weight in layer.weights]
    # the kind of a constraint, whose numbers are a trial's
    config = {key: value for key, value in config.items() if not key.endswith("_constraint")}
    shapes += [[weight.name, type(weight.constraint).__name__] for weight in layer.trainable_weights]
    forms = [penalties.rule_of(weight.regularizer).form for weight in layer.trainable_weights]
    shapes += [forms] if {*forms} - {"strengths"} else []
    return [type(layer).__module__, type(layer).__name__, config, shapes, activity, layer.trainable]


def _refuses(layer: KerasPart) -> str | None:
    what = f"the layer {layer.name} ({type(layer).__name__})"
    if why := LAYERS.refuses(layer, what):
        return why
    why = next(_reasons(layer, known_rule(layer)), None)
    return f"{what}: {why}" if why else None


def _refuses_calls(model: KerasPart) -> str | None:
    """Why the calls of a model's layers can't be stacked: a rule sees one call, and nothing but its inputs."""
    seen: set[int] = set()
    for call in graph(model):
        name, arguments = call.operation.name, call.arguments
        if id(call.operation) in seen:
            return f"the layer {name} is called more than once"
        seen.add(id(call.operation))
        given = [key for key, value in arguments.kwargs.items() if value is not None and key != "training"]
        if given or len(arguments.args) > 1:
            return f"the layer {name} is called with more than its inputs: {', '.join(given)}"
    return None


def _reasons(layer: KerasPart, rule: Rule) -> Iterator[str]:
    if {layer.compute_dtype, layer.variable_dtype} != {keras.config.floatx()}:
        yield f"its precision {layer.dtype_policy.name}"
    if "call" in vars(layer):
        yield "its call is not that of its class"
    if getattr(layer, "lora_enabled", False) or getattr(layer, "quantization_mode", None):
        yield "LoRA or quantized weights"
    activity = getattr(layer, "activity_regularizer", None)
    if why := PENALTIES.refuses(activity, f"its activity regularizer {type(activity).__name__}"):
        yield why
    for name in rule.functions:
        function = getattr(layer, name)
        if not can_be_told_apart(function) or has_weights(function):
            yield f"its {name} is a lambda, a closure or a method, or has weights; a function of a module stacks"
        elif not function_passes(function):
            yield f"its {name} {getattr(function, '__name__', function)} mixes examples"
    for weight in layer.trainable_weights:
        what = f"its constraint {type(weight.constraint).__name__}"
        if why := penalties.refuses_weight(weight.regularizer) or CONSTRAINTS.refuses(weight.constraint, what):
            yield why
