"""The compiled program of a stack: an epoch of training, and an evaluation, of all trials at once."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import keras
import numpy as np
from keras import ops

from custom.types import Tensor
from experiments.recipes.stacking import PerExample
from experiments.recipes.turns import Turns
from experiments.study.trial import canonical
from experiments.study.types import Plain
from experiments.train.fused import backend, speed
from experiments.train.fused.cell import Cell, constant_numbers
from experiments.train.fused.evaluation import Evaluation
from experiments.train.fused.examples import Examples, Inputs
from experiments.train.fused.forward import Forward, ForwardApart
from experiments.train.fused.layout import Layout
from experiments.train.fused.losses import Cost, Losses
from experiments.train.fused.place import Numbers, Place
from experiments.train.fused.rules.layers import known_rule
from experiments.train.fused.rules.optimizers import Stacked
from experiments.train.fused.rules.rule import function_key
from experiments.train.fused.state import State, Weights
from experiments.train.fused.step import Steps, Training
from experiments.train.fused.turns import MODEL, TrainingInTurns, run_networks

_programs: dict[str, "Program"] = {}

Result = TypeVar("Result")


class Program:
    """What all chunks of one layout compute: cells of the same functions in the same order, with any numbers.

    cells: all of one structure, ordered so that equal slices are neighbours. varying: the numbers that are inputs of
    the program. metrics: functions of each example, by name. inputs: how examples become what a model sees. whole: the
    layout of which this one is a part.
    """

    def __init__(
        self,
        cells: list[Cell],
        varying: tuple[Place, ...],
        metrics: Mapping[str, PerExample],
        inputs: Inputs,
        whole: Layout | None = None,
    ) -> None:
        self.layout = layout = Layout(cells, varying, inputs.floatx, whole)
        here = speed.device()
        xla = not any(here in known_rule(layer).slow_in_xla for layer in layout.layers)
        self._turns = cells[0].loss.turns
        side_by_side = Forward(layout)
        if xla or self._turns:
            forward: Forward | ForwardApart = side_by_side
        else:
            forward = ForwardApart(layout, [Layout([cell], varying, inputs.floatx, layout) for cell in cells])
        cost = Cost(layout, Losses([cell.loss for cell in cells]))
        optimizer = Stacked(cells[0].optimizer, [weight.cell_axis for weight in layout.trained])
        self.slots = optimizer.slots  # tensors that the optimizer keeps of a weight
        # whether what is computed of an example depends on which others are evaluated with it
        self.evaluates_whole = layout.penalizes_batches or cost.of_examples.of_batch
        training = (
            TrainingInTurns(layout, inputs, side_by_side, optimizer, self._turns)
            if self._turns
            else Training(layout, inputs, forward, cost, optimizer)
        )
        evaluation = Evaluation(layout, inputs, forward, cost, metrics)
        self._epoch = backend.compile_function(self._with_numbers(training.epoch), xla)
        self._scores = backend.compile_function(self._with_numbers(evaluation.scores), xla)
        self._figures = backend.compile_function(self._with_numbers(evaluation.figures), xla)
        self._networks = backend.compile_function(self._with_numbers(run_networks(side_by_side, inputs.floatx)), xla)

    def _with_numbers(self, function: Callable[..., Result]) -> Callable[..., Result]:
        """A function of which the program takes the varying numbers as a list, in the layout's order."""
        varying, fixed = self.layout.varying, self.layout.fixed

        def program(state: State | Weights, numbers: list[Tensor], *arguments: object) -> Result:
            return function(state, Numbers(dict(zip(varying, numbers, strict=True)), fixed), *arguments)

        return program

    def numbers(self, cells: list[Cell]) -> list[Tensor]:
        """The numbers of a chunk's cells, as the program takes them."""
        floatx = self.layout.floatx
        return [
            ops.convert_to_tensor(np.asarray([cell.numbers.get(place, 0.0) for cell in cells], floatx))
            for place in self.layout.varying
        ]

    def draws(self, states: dict[int, np.ndarray], first: int, steps: int, batch: int) -> list[Tensor]:
        """What the random layers draw for some steps from `first` on: `[steps, seeds, 1, batch, …]` each."""
        layout = self.layout
        if self._turns:
            return self._draws_of_turns(self._turns, states[MODEL], first, steps, batch)
        drawn: list[Tensor] = []
        for at in layout.random:
            shape = (batch, *layout.layers[at].input.shape[1:])
            kind = known_rule(layout.layers[at]).random
            assert kind is not None, "a layer that draws has a rule that says from what"
            drawn.append(backend.draw(kind, states[at], first, steps, shape, layout.floatx))
        return drawn

    def _draws_of_turns(self, turns: Turns, states: np.ndarray, first: int, steps: int, batch: int) -> list[Tensor]:
        """The same of a model whose networks learn in turns: its generator is asked again and again in a step."""
        part, every = -(-batch // turns.parts), len(turns.draws)
        return [
            backend.draw(
                draw.kind, states, first * every + place, steps, (part, *draw.shape(self.layout.networks)),
                self.layout.floatx, every,
            )
            for place, draw in enumerate(turns.draws)
        ]  # fmt: skip

    def run(self, weights: Weights, numbers: list[Tensor], network: str, x: np.ndarray) -> np.ndarray:
        """What a network computes without training for `[seeds, cells or 1, examples, …]`."""
        given = self._networks(weights, numbers, ops.convert_to_tensor(x), network)
        return np.asarray(ops.convert_to_numpy(given))

    def epoch(
        self, state: State, numbers: list[Tensor], examples: Examples, steps: Steps | None, last: Steps | None
    ) -> State:
        """The state after an epoch, or a part of it, as `Training.epoch` has it."""
        return self._epoch(state, numbers, examples.x, examples.y, steps, last)

    def scores(
        self, weights: Weights, numbers: list[Tensor], examples: Examples, index: np.ndarray
    ) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        """What `Evaluation.scores` gives for examples by index `[seeds, batch]`."""
        return self._scores(weights, numbers, examples.x, examples.y, _tensor(index))

    def figures(
        self, weights: Weights, numbers: list[Tensor], examples: Examples, index: np.ndarray
    ) -> tuple[list[Tensor], list[Tensor]]:
        """What `Evaluation.figures` gives for examples by index `[seeds, batch]`."""
        return self._figures(weights, numbers, examples.x, examples.y, _tensor(index))


def program_of(
    cells: list[Cell],
    varying: tuple[Place, ...],
    metrics: Mapping[str, PerExample],
    scale: float,
    seeds: int,
    learned: list[Plain],
    whole: Layout | None = None,
) -> Program:
    """The program of a stack of so many seeds: one that is compiled already where there is one.

    scale: of the examples. learned: what tells apart how trials are learned, as JSON values. whole: the layout of a
    larger stack, of which this one is a part.
    """
    floatx = keras.config.floatx()
    numbers = [
        sorted(map(str, varying)),
        {str(place): value for place, value in constant_numbers(cells, varying).items()},
    ]
    slices = [cell.slices for cell in cells]
    laid = [sorted(whole.merged), whole.measured] if whole else None
    scored = {name: function_key(function) for name, function in metrics.items()}
    key = canonical([cells[0].signature, slices, numbers, scored, scale, floatx, seeds, learned, laid])
    if key not in _programs:
        _programs[key] = Program(cells, varying, metrics, Inputs(scale, floatx), whole)
    return _programs[key]


def _tensor(index: np.ndarray) -> Tensor:
    return ops.convert_to_tensor(np.ascontiguousarray(index.astype("int32")))
