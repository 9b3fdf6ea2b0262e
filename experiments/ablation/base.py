"""The intact model: its layers by path, what is left of a call whose layer is gone, and its structure."""

import json
import re
from functools import cached_property

import keras

from custom.keras_internals import graph, operation_of
from experiments.ablation.graph import Shape, check_class, graph_model, is_nested, operations_of, tensors
from experiments.study.types import KerasPart, Plain

Weights = dict[str, list[tuple[str, Shape]]]  # by path the name and shape of each weight
_layers = keras.layers
MERGING = (
    _layers.Add, _layers.Average, _layers.Concatenate, _layers.Dot, _layers.Maximum, _layers.Minimum, _layers.Multiply,
    _layers.Subtract,
)  # fmt: skip


class Base:
    """A model that is there.

    operations: path → layer. places: path → its number, from which seeds are drawn. outputs: the paths that give the
    model's outputs. kept: by the id of a call, which of its tensors is left where the layer is gone: of a merging layer
    the one that came through the fewest others, the shortcut, so that the other branches are lost; else the first.
    givers: by the id of a tensor, the path and the call that give it.

    Raises RequestError for a model that shows no layers.
    """

    def __init__(self, model: keras.Model) -> None:
        self.model, self.graph = model, graph_model(model)
        check_class(model)
        self.operations: dict[str, KerasPart] = dict(operations_of(model))
        self.places = {path: place for place, path in enumerate(self.operations)}
        self.kept: dict[int, int] = {}
        self.calls: dict[str, list[KerasPart]] = {}
        self.outputs: set[str] = set()
        self.givers: dict[int, tuple[str, KerasPart]] = {}
        self._read(self.graph, "")

    def _read(self, model: keras.Model, prefix: str) -> None:
        depths = {id(tensor): 0 for tensor in model.inputs}
        for call in graph(model):
            layer, path = call.operation, prefix + call.operation.name
            through = [depths.get(id(tensor), 0) for tensor in call.input_tensors]
            self.kept[id(call)] = through.index(min(through)) if through and merges(layer) else 0
            depths |= {id(tensor): 1 + max(through, default=0) for tensor in call.output_tensors}
            self.givers |= {id(tensor): (path, call) for tensor in call.output_tensors}
            self.calls.setdefault(path, []).append(call)
            if is_nested(layer):
                self._read(graph_model(layer), f"{path}/")
        if not prefix or prefix[:-1] in self.outputs:
            self._mark_outputs(model, prefix)

    def _mark_outputs(self, model: keras.Model, prefix: str) -> None:
        for tensor in model.outputs:
            path = prefix + operation_of(tensor).name
            self.outputs.add(path)
            if is_nested(operation_of(tensor)):
                self._mark_outputs(graph_model(operation_of(tensor)), f"{path}/")

    def left(self, call: KerasPart, *given: Plain) -> keras.KerasTensor:
        """What stands in the place of a call whose layer is gone. given: its arguments."""
        return tensors(*given)[self.kept[id(call)]]

    @cached_property
    def weights(self) -> Weights:
        """The weights of every layer."""
        return weights_of(self.model)

    @cached_property
    def structure(self) -> str:
        """The structure of the model."""
        return structure_of(self.model)


def merges(operation: KerasPart) -> bool:
    """Whether something makes one tensor of several branches: `Add`, `Concatenate`, `x + y`."""
    return isinstance(operation, MERGING) or not isinstance(operation, keras.Layer)


def weights_of(model: keras.Model) -> Weights:
    """Path → its weights, for every layer that has some and is no model itself.

    >>> weights_of(keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, name="a")]))
    {'a': [('kernel', (2, 3)), ('bias', (3,))]}
    """
    return {
        path: own_weights(operation)
        for path, operation in operations_of(model)
        if getattr(operation, "weights", None) and not is_nested(operation)
    }


def own_weights(layer: keras.Layer) -> list[tuple[str, Shape]]:
    """The name and shape of each weight of a layer. A name that Keras made up is without its number.

    >>> layer = keras.layers.Dense(3)
    >>> layer.build((None, 2))
    >>> own_weights(layer)
    [('kernel', (2, 3)), ('bias', (3,))]
    """
    return [(re.sub(r"^variable_\d+$", "variable", weight.name), tuple(weight.shape)) for weight in layer.weights]


def structure_of(model: keras.Model) -> str:
    """What a model computes, but for names and seeds: its layers, their settings and how they are joined, as JSON.

    >>> one, other = (keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)]) for _ in range(2))
    >>> structure_of(one) == structure_of(other)
    True
    """
    return json.dumps(_structure(graph_model(model)), sort_keys=True, default=str)


def _structure(model: keras.Model) -> list[Plain]:
    made = {id(tensor): f"input {place}" for place, tensor in enumerate(model.inputs)}
    numbers: dict[int, int] = {}
    found: list[Plain] = [[list(tensor.shape) for tensor in model.inputs]]
    for call in graph(model):
        layer = call.operation
        number = numbers.setdefault(id(layer), len(numbers))
        nested = is_nested(layer)
        kind = "model" if nested else type(layer).__name__  # a nested Sequential is rebuilt as a functional model
        settings = _structure(graph_model(layer)) if nested else without_seeds(layer.get_config())
        taken = [made.get(id(tensor), "?") for tensor in call.input_tensors]
        shapes = [list(tensor.shape) for tensor in call.output_tensors]
        found.append([number, kind, settings, taken, shapes])
        for place, tensor in enumerate(call.output_tensors):
            made[id(tensor)] = f"{len(found)} {place}"
    return [*found, [made[id(tensor)] for tensor in model.outputs]]


def without_seeds(config: Plain, *, top: bool = True) -> Plain:
    """A configuration without its seeds and without its own name."""
    if isinstance(config, dict):
        left = {key: value for key, value in config.items() if key != "seed" and not (top and key == "name")}
        return {key: without_seeds(value, top=False) for key, value in left.items()}
    if isinstance(config, (list, tuple)):
        return [without_seeds(item, top=False) for item in config]
    return config
