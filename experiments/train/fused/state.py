"""The state of a stack in training, and what is taken out of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np
from keras import ops

from custom.types import Tensor
from experiments.train.fused import backend
from experiments.train.fused.axes import along_trials
from experiments.train.fused.layout import Layout, Weight


@backend.structure
@dataclass(frozen=True)
class Weights:
    """The stacked weights of all trials, in the order of the layout's `trained` and `others`."""

    trained: list[Tensor]
    others: list[Tensor]

    def map(self, layout: Layout, function: Callable[..., Tensor], *more: "Weights") -> "Weights":
        """`function(axis of the cells, value, values of more …)` of every weight."""
        axes = [weight.cell_axis for weight in layout.trained]
        trained = [function(*of) for of in zip(axes, *(weights.trained for weights in (self, *more)), strict=True)]
        return Weights(
            trained, [function(1, *of) for of in zip(*(weights.others for weights in (self, *more)), strict=True)]
        )


@backend.structure
@dataclass(frozen=True)
class State:
    """A stack after some steps.

    slots: what the optimizer holds, by trained weight. step: how many steps are done. alive: whether a trial is still
    trained, `[seeds, cells]`. loss: the sum of its losses over the examples of this epoch so far, `[seeds, cells]`.
    """

    weights: Weights
    slots: list[list[Tensor]]
    step: Tensor
    alive: Tensor
    loss: Tensor

    def map(self, layout: Layout, function: Callable[..., Tensor], *more: "State") -> "State":
        """`function(axis of the cells, value, values of more …)` of every weight and slot; the rest as it is."""
        axes = [weight.cell_axis for weight in layout.trained]
        slots = [
            [function(axis, *of) for of in zip(*of_weight, strict=True)]
            for axis, *of_weight in zip(axes, *(state.slots for state in (self, *more)), strict=True)
        ]
        weights = self.weights.map(layout, function, *(state.weights for state in more))
        return replace(self, weights=weights, slots=slots)


Kept = TypeVar("Kept", Weights, State)


class Start(Protocol):
    """What a trial begins from: its weights, in the order in which its layers compute.

    slots: what its optimizer holds, where it goes on from progress that was saved.
    """

    @property
    def weights(self) -> list[np.ndarray]: ...
    @property
    def slots(self) -> list[list[np.ndarray]]: ...


def begin(layout: Layout, slots: int, start: Sequence[Sequence[Start]], step: int = 0) -> State:
    """The state before training, from what trials begin from, by seed and cell.

    slots: how many tensors the optimizer keeps of a weight. step: how many steps are done already, where `start` is
    progress that was saved.
    """
    stacked = {
        weight: _stack_arrays([[trial.weights[place] for trial in of_seed] for of_seed in start], weight.cell_axis)
        for place, weight in enumerate(layout.weights)
    }
    trained = [stacked[weight] for weight in layout.trained]
    if step:
        held = [
            [
                _stack_arrays([[trial.slots[place][slot] for trial in of_seed] for of_seed in start], weight.cell_axis)
                for slot in range(slots)
            ]
            for place, weight in enumerate(layout.trained)
        ]
    else:
        held = [[ops.zeros_like(value) for _ in range(slots)] for value in trained]
    shape = len(start), len(start[0])
    return State(
        weights=Weights(trained, [stacked[weight] for weight in layout.others]),
        slots=held,
        step=ops.convert_to_tensor(np.int32(step)),
        alive=ops.ones(shape, "bool"),
        loss=ops.zeros(shape, layout.floatx),
    )


def part(layout: Layout, state: State, rows: np.ndarray, columns: np.ndarray) -> State:
    """The state of some seeds and cells, by their places."""
    small = state.map(layout, _cutter(rows, columns))
    return replace(small, alive=_cutter(rows, columns)(1, state.alive), loss=_cutter(rows, columns)(1, state.loss))


def part_of_weights(layout: Layout, weights: Weights, rows: np.ndarray, columns: np.ndarray) -> Weights:
    """The weights of some seeds and cells, by their places."""
    return weights.map(layout, _cutter(rows, columns))


def _cutter(rows: np.ndarray, columns: np.ndarray) -> Callable[[int, Tensor], Tensor]:
    return lambda axis, value: ops.take(ops.take(value, rows, axis=0), columns, axis=axis)


def choose_trials(layout: Layout, trials: Tensor, now: Kept, before: Kept) -> Kept:
    """Weights, or a state: of some trials `[seeds, cells]` as they are now, of the others as they were before."""

    def choose(axis: int, new: Tensor, old: Tensor) -> Tensor:
        return ops.where(along_trials(trials, new, axis), new, old)

    return now.map(layout, choose, before)


def weights_of(layout: Layout, weights: Weights, seed: int, cell: int) -> list[np.ndarray]:
    """The weights of one trial, in the order of the layout's `weights`."""
    values = layout.by_weight(weights.trained, weights.others)
    return [_of_trial(values[weight], weight, seed, cell) for weight in layout.weights]


def slots_of(layout: Layout, state: State, seed: int, cell: int) -> list[list[np.ndarray]]:
    """What the optimizer holds of one trial, by trained weight, in the order of the layout's `trained`."""
    return [
        [_of_trial(slot, weight, seed, cell) for slot in own]
        for weight, own in zip(layout.trained, state.slots, strict=True)
    ]


def _stack_arrays(values: list[list[np.ndarray]], cell_axis: int) -> Tensor:
    """Arrays by seed and cell as one tensor."""
    whole = np.stack([np.stack(of_seed) for of_seed in values])
    return ops.convert_to_tensor(np.ascontiguousarray(np.moveaxis(whole, 1, cell_axis)))


def _of_trial(stacked: Tensor, weight: Weight, seed: int, cell: int) -> np.ndarray:
    return np.asarray(ops.convert_to_numpy(stacked))[(seed, *(slice(None),) * (weight.cell_axis - 1), cell)]
