"""How trials are laid out in a stack: whose layers, which weights on which axes, which numbers are inputs."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from custom.callbacks.telemetry import measured_activation
from custom.keras_internals import run_graph
from custom.types import Tensor
from experiments.study.types import KerasPart
from experiments.train.fused.axes import Span, equal_runs
from experiments.train.fused.cell import Cell, constant_numbers
from experiments.train.fused.place import ACTIVITY, Place
from experiments.train.fused.rules import penalties
from experiments.train.fused.rules.layers import known_rule
from experiments.train.fused.template import of_family


@dataclass(frozen=True)
class Weight:
    """A stacked weight: of which layer, by which name, whether trained, and which axis is the cells'."""

    layer: int
    name: str
    trained: bool
    cell_axis: int


class Layout:
    """What all chunks of one program have in common: cells of the same functions in the same order.

    cells: all of one structure, ordered so that equal slices are neighbours. varying: the numbers that are inputs of
    the program; the others are the same in all cells. floatx: the float type. whole: the layout of which this is a
    part, of some of its cells: weights are stored, and layers measured, as there.

    count: how many cells there are. model, layers: of the first cell; networks: its parts that learn in turns.
    members: of each layer those of all cells. runs: of each layer that may differ from cell to cell, runs of equal
    ones. merged: the layers whose product is one for all cells. weights: all of them; trained, others: those that are
    trained, and not. penalties: the rule of each trained weight's regularizer. activity: that of a layer's outputs,
    where they are penalized. random: the layers that draw. measured: the layers whose outputs are measured.
    """

    def __init__(self, cells: list[Cell], varying: tuple[Place, ...], floatx: str, whole: "Layout | None" = None):
        self.varying, self.floatx = varying, floatx
        self.fixed = constant_numbers(cells, varying)
        templates = [cell.template for cell in cells]
        self.count = len(cells)
        self.model, self.layers = templates[0].raw, templates[0].layers
        self.networks = templates[0].body.networks
        self.members = [[template.layers[at] for template in templates] for at in range(len(self.layers))]
        self._place = {id(layer): at for at, layer in enumerate(self.layers)}
        self.runs: list[list[Span]] = [
            equal_runs([template.functions[at] for template in templates]) if of_family(layer) else []
            for at, layer in enumerate(self.layers)
        ]
        self.merged = whole.merged if whole else self._merged_layers()
        self.weights = list(self._weights())
        self.trained = [weight for weight in self.weights if weight.trained]
        self.others = [weight for weight in self.weights if not weight.trained]
        penalized = {place.layer for place in (*varying, *self.fixed) if place.part == ACTIVITY}
        self.penalties = [penalties.rule_of(self.variable(weight).regularizer) for weight in self.trained]
        self.activity = {
            at: penalties.rule_of(layer.activity_regularizer) for at, layer in enumerate(self.layers) if at in penalized
        }
        self.random = list(templates[0].initial.states)
        own = [at for at, members in enumerate(self.members) if any(map(measured_activation, members))]
        self.measured = whole.measured if whole else own

    def place(self, layer: KerasPart) -> int:
        """The place of a layer among the layers."""
        return self._place[id(layer)]

    def weights_at(self, layer: int) -> list[Weight]:
        """The weights of one layer."""
        return [weight for weight in self.weights if weight.layer == layer]

    def numbers_at(self, layer: int) -> list[str]:
        """The names of a layer's own numbers, in one order: compiled programs are found again by what was traced."""
        return sorted({name for member in self.members[layer] for name in known_rule(member).numbers})

    def by_weight(self, trained: list[Tensor], others: list[Tensor]) -> dict[Weight, Tensor]:
        """Values of all weights, by weight."""
        return dict(zip(self.trained, trained, strict=True)) | dict(zip(self.others, others, strict=True))

    def variable(self, weight: Weight) -> KerasPart:
        """The variable of any of the cells."""
        return next(variable for variable in self.layers[weight.layer].weights if variable.name == weight.name)

    @property
    def penalizes_batches(self) -> bool:
        """Whether a penalty depends on which examples are evaluated together."""
        return bool(self.activity) or any(known_rule(layer).penalizes for layer in self.layers)

    @property
    def drawn(self) -> int:
        """How many random numbers an example needs in a step."""
        return sum(math.prod(self.layers[at].input.shape[1:]) for at in self.random)

    def _weights(self) -> Iterator[Weight]:
        for at, layer in enumerate(self.layers):
            trained = {id(weight) for weight in layer.trainable_weights}
            for weight in layer.weights:
                merged = at in self.merged and id(weight) in trained and weight.name == "kernel"
                yield Weight(at, weight.name, id(weight) in trained, 2 if merged else 1)

    def _merged_layers(self) -> set[int]:
        """Layers with a product whose input no trial has changed yet."""
        merged: set[int] = set()

        def of_layer(layer: KerasPart, *arguments: object, **_: object) -> bool:
            at, rule = self.place(layer), known_rule(layer)
            shared = all(_flat(arguments))
            if shared and rule.merges:
                merged.add(at)
            same = not any(Place(name, at) in self.varying for name in rule.numbers) and len(self.runs[at]) < 2
            return shared and same and not layer.weights and not rule.functions

        run_graph(self.model, [True], of_layer)
        return merged


def _flat(arguments: Iterable[object]) -> list[object]:
    flat: list[object] = []
    for argument in arguments:
        flat.extend(_flat(argument) if isinstance(argument, (list, tuple)) else [argument])
    return flat
