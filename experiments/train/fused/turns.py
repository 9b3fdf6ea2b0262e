"""Stacks of networks that learn in turns: a step, draws and an evaluation of all trials at once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from keras import ops

from custom.types import Tensor
from experiments.recipes.turns import Turn, Turns
from experiments.train.fused import backend
from experiments.train.fused.axes import along_cells
from experiments.train.fused.examples import Inputs
from experiments.train.fused.forward import Forward
from experiments.train.fused.layout import Layout, Weight
from experiments.train.fused.losses import weight_penalty
from experiments.train.fused.place import Numbers
from experiments.train.fused.rules import constraints
from experiments.train.fused.rules.optimizers import Stacked
from experiments.train.fused.state import State, Weights
from experiments.train.fused.step import Epoch

Value = TypeVar("Value")
MODEL = -1  # the place, among states of random numbers, of the model's own


class TrainingInTurns(Epoch):
    """How a stack is trained whose networks learn in turns, each by an optimizer of its own."""

    def __init__(self, layout: Layout, inputs: Inputs, forward: Forward, optimizer: Stacked, turns: Turns) -> None:
        super().__init__(layout, inputs)
        self._forward, self._turns = forward, turns
        self._places = {name: _places(layout, name) for name in layout.networks}
        self._optimizers = {
            name: optimizer.part([layout.trained[place].cell_axis for place in places])
            for name, places in self._places.items()
        }

    def step(self, state: State, numbers: Numbers, x: Tensor, y: Tensor, draws: list[Tensor]) -> State:
        """One step: every turn in order. draws: as `Turns.draws` lists them."""
        turns = self._turns.step(x, draws, numbers.of())
        losses: list[Tensor] = []
        done = dict.fromkeys(self._places, 0)
        for turn in turns:
            of_step = sum(one.network == turn.network for one in turns)
            count = state.step * of_step + done[turn.network] + 1
            state, loss = self._turn(state, numbers, turn, count)
            done[turn.network] += 1
            losses += [loss] if turn.logged else []
        mean = sum(losses[1:], losses[0]) / len(losses)
        return replace(state, step=state.step + 1, loss=state.loss + mean * x.shape[2])

    def _turn(self, state: State, numbers: Numbers, turn: Turn, count: Tensor) -> tuple[State, Tensor]:
        """One step of one network, the `count`-th of its optimizer; and its loss, `[seeds, cells]`."""
        layout, places = self._layout, self._places[turn.network]
        weights = state.weights
        own = [layout.trained[place] for place in places]

        def total(mine: list[Tensor]) -> tuple[Tensor, tuple[Tensor, list[Tensor]]]:
            play = _Play(self._forward, numbers, _put(weights.trained, places, mine), weights.others)
            loss = turn.loss(play) + weight_penalty(layout, places, mine, numbers)
            return ops.sum(loss), (loss, play.others)

        mine = [weights.trained[place] for place in places]
        gradients, (loss, others) = backend.gradients(total, mine)

        def number(name: str) -> Tensor | float:
            return numbers.of()(turn.rate if name == "learning_rate" else name)

        slots = [state.slots[place] for place in places]
        moved, kept = self._optimizers[turn.network].apply(number, mine, gradients, slots, count)
        moved = [self._limited(turn, numbers, weight, value) for weight, value in zip(own, moved, strict=True)]
        now = Weights(_put(weights.trained, places, moved), others)
        return replace(state, weights=now, slots=_put(state.slots, places, kept)), loss

    def _limited(self, turn: Turn, numbers: Numbers, weight: Weight, value: Tensor) -> Tensor:
        """A weight after a step, within its constraint and the limit of the turn."""
        own = numbers.of(weight.layer, weight.name)
        value = constraints.apply(self._layout.variable(weight).constraint, own, value, weight.cell_axis)
        if turn.limit is None:
            return value
        limit = along_cells(numbers.of()(turn.limit), value, weight.cell_axis)
        return ops.clip(value, -limit, limit)


@dataclass
class _Play:
    """The networks with their weights as they are now; those that training changes aside are kept in `others`."""

    forward: Forward
    numbers: Numbers
    trained: list[Tensor]
    others: list[Tensor]

    def __call__(self, network: str, x: Tensor) -> Tensor:
        weights = Weights(self.trained, self.others)
        passed = self.forward(weights, self.numbers, x, training=True, draws={}, network=network)
        self.others = passed.others
        return passed.outputs

    def slope(self, network: str, x: Tensor) -> Tensor:
        """The gradient of each example's output in the example."""
        (found,), self.others = backend.gradients(lambda given: (ops.sum(self(network, given[0])), self.others), [x])
        return found


def run_networks(forward: Forward, floatx: str) -> Callable[..., Tensor]:
    """What computes a network of all trials without training: (weights, numbers, x, network) → its outputs."""

    def run(weights: Weights, numbers: Numbers, x: Tensor, network: str) -> Tensor:
        return forward(weights, numbers, ops.cast(x, floatx), training=False, draws={}, network=network).outputs

    return run


def _places(layout: Layout, network: str) -> list[int]:
    """The places, among the trained weights, of a network's own."""
    own = {id(layer) for layer in layout.networks[network].layers}
    return [place for place, weight in enumerate(layout.trained) if id(layout.layers[weight.layer]) in own]


def _put(values: list[Value], places: list[int], new: list[Value]) -> list[Value]:
    """The values with others at some places."""
    found = list(values)
    for place, value in zip(places, new, strict=True):
        found[place] = value
    return found
