"""Training steps of a stack, and an epoch of them."""

from dataclasses import replace
from typing import Any, TypeAlias

from keras import ops

from custom.types import Tensor
from experiments.train.fused import backend
from experiments.train.fused.axes import within_trial
from experiments.train.fused.examples import Inputs
from experiments.train.fused.forward import Forward, ForwardApart
from experiments.train.fused.layout import Layout
from experiments.train.fused.losses import Cost
from experiments.train.fused.place import Numbers
from experiments.train.fused.rules import constraints
from experiments.train.fused.rules.optimizers import Stacked
from experiments.train.fused.state import State, Weights, choose_trials

Steps: TypeAlias = Any  # examples by index, draws, and rates or nothing; of several steps with an axis in front


class Epoch:
    """How a stack is trained for an epoch, whatever a step is."""

    def __init__(self, layout: Layout, inputs: Inputs) -> None:
        self._layout, self._inputs = layout, inputs

    def epoch(
        self, state: State, numbers: Numbers, x: Tensor, y: Tensor, whole: Steps | None, last: Steps | None
    ) -> State:
        """An epoch, or a part of it: the batches of one size, then the short one where there is one.

        Each step takes examples by index `[seeds, batch]`, draws, and rates `[cells]` or nothing; losses add up.
        """
        before = state

        def body(state: State, step: Steps) -> State:
            index, drawn, rates = step
            given = numbers if isinstance(rates, tuple) else numbers.at_rates(rates)
            return self.step(state, given, self._inputs(x, index), ops.take(y, index, axis=0), drawn)

        if whole is not None:
            state = backend.scan(body, state, whole)
        if last is not None:
            state = body(state, last)
        return self._freeze(before, state)

    def step(self, state: State, numbers: Numbers, x: Tensor, y: Tensor, draws: list[Tensor]) -> State:
        """One step. draws: as the program lists them."""
        raise NotImplementedError

    def _freeze(self, before: State, after: State) -> State:
        """The state after an epoch; of trials that were no longer alive, the one before. (Nothing crosses trials.)"""
        finite = ops.logical_and(before.alive, ops.isfinite(after.loss))
        axes = [weight.cell_axis for weight in self._layout.trained]
        every = [*zip(after.weights.trained, axes, strict=True), *((value, 1) for value in after.weights.others)]
        for value, axis in every:
            finite = ops.logical_and(finite, ops.all(ops.isfinite(value), axis=within_trial(value, axis)))
        return replace(choose_trials(self._layout, before.alive, after, before), alive=finite)


class Training(Epoch):
    """How a stack is trained: forward pass, gradients, update and constraints of all trials at once."""

    def __init__(
        self, layout: Layout, inputs: Inputs, forward: Forward | ForwardApart, cost: Cost, optimizer: Stacked
    ) -> None:
        super().__init__(layout, inputs)
        self._forward, self._cost, self._optimizer = forward, cost, optimizer

    def step(self, state: State, numbers: Numbers, x: Tensor, y: Tensor, draws: list[Tensor]) -> State:
        """One step. draws: of the random layers, in the order of the layout's `random`."""
        layout = self._layout
        drawn = dict(zip(layout.random, draws, strict=True))

        def total(trained: list[Tensor]) -> tuple[Tensor, tuple[Tensor, list[Tensor]]]:
            given = Weights(trained, state.weights.others)
            passed = self._forward(given, numbers, x, training=True, draws=drawn)
            loss = self._cost.total(trained, numbers, y, passed.outputs, passed.penalties)
            # the sum: no trial's gradient has anything of another's
            return ops.sum(loss), (loss, passed.others)

        gradients, (loss, others) = backend.gradients(total, state.weights.trained)
        step = state.step + 1
        trained, slots = self._optimizer.apply(numbers.of(), state.weights.trained, gradients, state.slots, step)
        constrained = [
            constraints.apply(
                layout.variable(weight).constraint, numbers.of(weight.layer, weight.name), value, weight.cell_axis
            )
            for weight, value in zip(layout.trained, trained, strict=True)
        ]
        return replace(
            state, weights=Weights(constrained, others), slots=slots, step=step, loss=state.loss + loss * x.shape[2]
        )
