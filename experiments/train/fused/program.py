"""The arithmetic of a stack: a training step, and an evaluation, of all trials at once."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops

from custom.callbacks.telemetry import measured_activation
from custom.tensors import mean
from experiments.study.trial import canonical
from experiments.train.fused import backend, constraints, penalties
from experiments.train.fused.axes import (
    along_trials,
    equal_runs,
    for_each_cell,
    joined,
    parted,
    squared_norm,
    within_trial,
)
from experiments.train.fused.cell import Cell, constants
from experiments.train.fused.losses import Losses
from experiments.train.fused.optimizers import Stacked
from experiments.train.fused.rules import View, rule_of
from experiments.train.fused.scores import PER_EXAMPLE
from experiments.train.fused.template import of_family


@dataclass(frozen=True)
class Weight:
    """A stacked weight: of which layer, by which name, whether trained, and which axis is the cells'."""

    layer: int
    name: str
    trained: bool
    cell_axis: int


class Program:
    """What all chunks of one layout compute: cells of the same functions in the same order, with any numbers.

    cells: all of one structure, ordered so that equal slices are neighbours. varying: names of the numbers that
    are inputs of the program; the others are the same in all cells. scale: of the examples. whole: the program of
    which this is a part, of some of its cells: weights are stored, and layers measured, as there. alone: that part
    is one trial.
    """

    def __init__(
        self,
        cells: list[Cell],
        varying: tuple[str, ...],
        metrics: tuple[str, ...],
        scale: float,
        floatx: str,
        whole: "Program | None" = None,
        alone: bool = False,
    ) -> None:
        self._varying, self._metrics, self._scale, self._floatx = varying, metrics, scale, floatx
        self._fixed = constants(cells, varying)
        templates = [cell.template for cell in cells]
        self._count = len(cells)
        self._model, self._layers = templates[0].raw, templates[0].layers
        self._members = [[template.layers[at] for template in templates] for at in range(len(self._layers))]
        self._place = {id(layer): at for at, layer in enumerate(self._layers)}
        self._runs = [
            equal_runs([template.functions[at] for template in templates]) if of_family(layer) else []
            for at, layer in enumerate(self._layers)
        ]
        self.merged = whole.merged if whole else self._merged()
        self.weights = [
            Weight(at, weight.name, trained, 2 if trained and at in self.merged and weight.name == "kernel" else 1)
            for at, layer in enumerate(self._layers)
            for weight in layer.weights
            for trained in [any(weight is one for one in layer.trainable_weights)]
        ]
        self.trained = [weight for weight in self.weights if weight.trained]
        self.others = [weight for weight in self.weights if not weight.trained]
        self._optimizer = Stacked(cells[0].optimizer, [weight.cell_axis for weight in self.trained])
        self._losses = Losses([(canonical(cell.settings["loss"]), cell.objective) for cell in cells])
        penalized = {name.split("/")[0] for name in (*varying, *self._fixed) if "/activity/" in name}
        self._activity = {
            at: penalties.form(layer.activity_regularizer)
            for at, layer in enumerate(self._layers)
            if str(at) in penalized
        }
        # whether the penalty depends on which examples are evaluated together
        self.evaluates_whole = bool(self._activity) or any(rule_of(layer).penalizes for layer in self._layers)
        self.random = list(templates[0].initial.states)
        # how many random numbers an example needs in a step
        self.drawn = sum(math.prod(self._layers[at].input.shape[1:]) for at in self.random)
        xla = all(rule_of(layer).compiled for layer in self._layers)
        # layers whose outputs are measured
        own = [at for at, members in enumerate(self._members) if any(map(measured_activation, members))]
        self.measured = whole.measured if whole else own
        # without XLA, which would merge what follows an operation with it, trials side by side only copy more
        apart = not xla and not alone
        parts = cells if apart else []
        self._apart = [Program([cell], varying, metrics, scale, floatx, self, alone=True) for cell in parts]
        self.epoch = backend.compiled(self._epoch, xla)
        self.evaluate = backend.compiled(self._evaluate, xla)
        self.measure = backend.compiled(self._measure, xla)

    def _merged(self) -> set[int]:
        """Layers with a product whose input no trial has changed yet."""
        merged: set[int] = set()

        def of_layer(layer: Any, *arguments: Any, **_: Any) -> bool:
            at, rule = self._place[id(layer)], rule_of(layer)
            shared = all(_flat(arguments))
            if shared and rule.merges:
                merged.add(at)
            same = not any(f"{at}/{name}" in self._varying for name in rule.numbers) and len(self._runs[at]) < 2
            return shared and same and not layer.weights and not rule.functions

        self._model._run_through_graph([True], call_fn=of_layer)
        return merged

    def numbers(self, cells: list[Cell]) -> dict[str, Any]:
        """The numbers of a chunk's cells, as the program takes them."""
        return {
            name: ops.convert_to_tensor(np.asarray([cell.numbers.get(name, 0.0) for cell in cells], self._floatx))
            for name in self._varying
        }

    def _number(self, numbers: dict[str, Any], name: str) -> Any:
        return numbers[name] if name in numbers else self._fixed.get(name, 0.0)

    def draws(self, states: dict[int, np.ndarray], first: int, steps: int, batch: int) -> list[Any]:
        """What the random layers draw for some steps from `first` on: `[steps, seeds, 1, batch, …]` each."""
        drawn = []
        for at in self.random:
            shape = (batch, *self._layers[at].input.shape[1:])
            kind = rule_of(self._layers[at]).random
            drawn.append(backend.draw(kind, states[at], first, steps, shape, self._floatx))
        return drawn

    def begin(self, initial: list[list[Any]], step: int = 0) -> dict[str, Any]:
        """The state before training, from the initial weights by seed and cell; or from their progress after steps."""
        stacked = {
            weight: _stacked([[cell.weights[place] for cell in of_seed] for of_seed in initial], weight.cell_axis)
            for place, weight in enumerate(self.weights)
        }
        seeds, cells = len(initial), len(initial[0])
        trained = [stacked[weight] for weight in self.trained]
        if step:
            slots = [
                [
                    _stacked([[cell.slots[at][slot] for cell in of_seed] for of_seed in initial], weight.cell_axis)
                    for slot in range(self._optimizer.slots)
                ]
                for at, weight in enumerate(self.trained)
            ]
        else:
            slots = [[ops.zeros_like(one) for _ in range(self._optimizer.slots)] for one in trained]
        return {
            "trained": trained,
            "others": [stacked[weight] for weight in self.others],
            "slots": slots,
            "step": ops.convert_to_tensor(np.int32(step)),
            "alive": ops.ones((seeds, cells), "bool"),
            "loss": ops.zeros((seeds, cells), self._floatx),
        }

    def part(self, state: dict[str, Any], rows: np.ndarray, columns: np.ndarray) -> dict[str, Any]:
        """The state of some seeds and cells, by their places."""

        def cut(value: Any, axis: int = 1) -> Any:
            return ops.take(ops.take(value, rows, axis=0), columns, axis=axis)

        axes = [weight.cell_axis for weight in self.trained]
        return {
            "trained": [cut(value, axis) for value, axis in zip(state["trained"], axes, strict=True)],
            "others": [cut(value) for value in state["others"]],
            "slots": [
                [cut(value, axis) for value in of_weight] for of_weight, axis in zip(state["slots"], axes, strict=True)
            ],
            "step": state["step"],
            "alive": cut(state["alive"]),
            "loss": cut(state["loss"]),
        }

    def kept(self, before: dict[str, Any], now: dict[str, Any], trials: np.ndarray) -> dict[str, Any]:
        """The weights of some trials `[seeds, cells]` as they are now, of the others as they were before."""
        chosen = ops.convert_to_tensor(trials)

        def merged(new: Any, old: Any, axis: int = 1) -> Any:
            return ops.where(along_trials(chosen, new, axis), new, old)

        axes = [weight.cell_axis for weight in self.trained]
        return {
            "trained": [merged(*of) for of in zip(now["trained"], before["trained"], axes, strict=True)],
            "others": [merged(*of) for of in zip(now["others"], before["others"], strict=True)],
        }

    def _epoch(self, state: Any, numbers: Any, x: Any, y: Any, whole: Any, last: Any) -> Any:
        """An epoch, or a part of it: the batches of one size, then the short one where there is one.

        Each step takes examples by index `[seeds, batch]`, draws, and rates `[cells]` or nothing; losses add up.
        """
        before = state

        def body(state: Any, step: Any) -> Any:
            index, drawn, rates = step
            given = numbers if isinstance(rates, tuple) else {**numbers, "optimizer/learning_rate": rates}
            return self._step(state, given, self._examples(x, index), ops.take(y, index, axis=0), drawn)

        if whole is not None:
            state = backend.scan(body, state, whole)
        if last is not None:
            state = body(state, last)
        return self._frozen(before, state)

    def _frozen(self, before: Any, after: Any) -> Any:
        """The state after an epoch; of trials that were no longer alive, the one before. (Nothing crosses trials.)"""
        alive = before["alive"]

        def kept(new: Any, old: Any, axis: int) -> Any:
            return ops.where(along_trials(alive, new, axis), new, old)

        axes = [weight.cell_axis for weight in self.trained]
        finite = ops.logical_and(alive, ops.isfinite(after["loss"]))
        every = [*zip(after["trained"], axes, strict=True), *((value, 1) for value in after["others"])]
        for value, axis in every:
            finite = ops.logical_and(finite, ops.all(ops.isfinite(value), axis=within_trial(value, axis)))
        return {
            **after,
            "trained": [kept(*of) for of in zip(after["trained"], before["trained"], axes, strict=True)],
            "others": [kept(new, old, 1) for new, old in zip(after["others"], before["others"], strict=True)],
            "slots": [
                [kept(new, old, axis) for new, old in zip(*pair, strict=True)]
                for *pair, axis in zip(after["slots"], before["slots"], axes, strict=True)
            ],
            "alive": finite,
        }

    def _evaluate(self, trained: Any, others: Any, numbers: Any, x: Any, y: Any, index: Any) -> tuple[Any, Any, Any]:
        """The penalties `[seeds, cells]`, and of every example the loss and the metrics, `[seeds, cells, batch]`."""
        z, _, terms = self._forward(trained, others, numbers, self._examples(x, index), False, {})
        y = ops.take(y, index, axis=0)
        targets = for_each_cell(ops.expand_dims(y, 1), self._count)
        found = {name: PER_EXAMPLE[name](targets, z) for name in self._metrics}
        penalty = self._penalty(trained, numbers, terms) + ops.zeros(z.shape[:2], self._floatx)
        return penalty, self._losses(y, z), found

    def _measure(self, trained: Any, others: Any, numbers: Any, x: Any, y: Any, index: Any) -> tuple[Any, Any]:
        """Of every trained weight the squared norm of its gradient `[seeds, cells]`, and outputs of measured layers.

        As an evaluation sees them: without dropout, with the averages of batch norm.
        """
        x, y = self._examples(x, index), ops.take(y, index, axis=0)

        def total(trained: list[Any]) -> tuple[Any, Any]:
            seen: dict[int, Any] = {}
            z, _, terms = self._forward(trained, others, numbers, x, False, {}, seen)
            return ops.sum(self._loss(trained, numbers, y, z, terms)), [seen[at] for at in self.measured]

        gradients, outputs = backend.gradients(total, trained)
        axes = [weight.cell_axis for weight in self.trained]
        return [squared_norm(gradient, axis) for gradient, axis in zip(gradients, axes, strict=True)], outputs

    def _examples(self, x: Any, index: Any) -> Any:
        """Examples by index `[seeds, batch]`, as a model sees them: `[seeds, 1, batch, …]`."""
        rows = ops.cast(ops.take(x, index, axis=0), self._floatx)
        return ops.expand_dims(rows * self._scale if self._scale != 1 else rows, 1)

    def _step(self, state: Any, numbers: Any, x: Any, y: Any, draws: Any) -> Any:
        def total(trained: list[Any]) -> tuple[Any, Any]:
            drawn = dict(zip(self.random, draws, strict=True))
            z, others, terms = self._forward(trained, state["others"], numbers, x, True, drawn)
            loss = self._loss(trained, numbers, y, z, terms)
            # the sum: no trial's gradient has anything of another's
            return ops.sum(loss), (loss, others)

        gradients, (loss, others) = backend.gradients(total, state["trained"])
        step = state["step"] + 1
        trained, slots = self._optimizer.apply(
            lambda name: self._number(numbers, f"optimizer/{name}"), state["trained"], gradients, state["slots"], step
        )
        constrained = [
            constraints.apply(
                self._variable(weight).constraint,
                lambda name, place=f"{weight.layer}/{weight.name}": self._number(numbers, f"{place}/{name}"),
                value,
                weight.cell_axis,
            )
            for weight, value in zip(self.trained, trained, strict=True)
        ]
        return {
            "trained": constrained,
            "others": others,
            "slots": slots,
            "step": step,
            "alive": state["alive"],
            "loss": state["loss"] + loss * x.shape[2],
        }

    def _forward(
        self,
        trained: Any,
        others: Any,
        numbers: Any,
        x: Any,
        training: bool,
        draws: Any,
        seen: dict[int, Any] | None = None,
    ) -> tuple[Any, Any, list[Any]]:
        """Raw scores `[seeds, cells, batch, outputs]`, the weights not trained as they become, penalty terms.

        seen: gets the outputs of measured layers.
        """
        if self._apart:
            return self._forward_apart(trained, others, numbers, x, training, draws, seen)
        values = dict(zip(self.trained, trained, strict=True)) | dict(zip(self.others, others, strict=True))
        updates: dict[tuple[int, str], Any] = {}
        terms: list[Any] = []

        def of_layer(layer: Any, *arguments: Any, **_: Any) -> Any:
            at, rule = self._place[id(layer)], rule_of(layer)
            own = [weight for weight in self.weights if weight.layer == at]
            view = View(
                layer=layer,
                layers=self._members[at],
                training=training,
                weights={weight.name: values[weight] for weight in own},
                numbers={name: self._number(numbers, f"{at}/{name}") for name in self._names(at)},
                merged=any(weight.cell_axis == 2 for weight in own),
                draws=draws.get(at),
            )
            if len(self._runs[at]) > 1:
                output = self._by_runs(self._runs[at], view, *arguments)
            else:
                output = rule.call(view, *arguments)
            updates.update({(at, name): value for name, value in view.updates.items()})
            terms.extend(view.penalties)
            if at in self._activity:
                term = penalties.of_activity(
                    self._activity[at], lambda name: self._number(numbers, f"{at}/activity/{name}"), output
                )
                terms.extend([] if term is None else [term])
            if seen is not None and at in self.measured:
                seen[at] = for_each_cell(output, self._count)
            return output

        z = for_each_cell(self._model._run_through_graph([x], call_fn=of_layer), self._count)
        return z, [updates.get((w.layer, w.name), old) for w, old in zip(self.others, others, strict=True)], terms

    def _forward_apart(
        self,
        trained: Any,
        others: Any,
        numbers: Any,
        x: Any,
        training: bool,
        draws: Any,
        seen: dict[int, Any] | None,
    ) -> tuple[Any, Any, list[Any]]:
        """The same trial by trial, each as a stack of its own."""
        seeds = x.shape[0]
        axes = [weight.cell_axis for weight in self.trained]
        parts_of = [_trials(value, seeds, self._count, axis) for value, axis in zip(trained, axes, strict=True)]
        parts_of_others = [_trials(value, seeds, self._count, 1) for value in others]
        rows: list[list[Any]] = []
        for s in range(seeds):
            drawn = {at: one[s : s + 1] for at, one in draws.items()}
            found = []
            for c, program in enumerate(self._apart):
                own = {name: value[c : c + 1] for name, value in numbers.items()}
                parts = [one[s][c] for one in parts_of], [one[s][c] for one in parts_of_others]
                of_trial: dict[int, Any] = {}
                given = None if seen is None else of_trial
                z, updated, terms = program._forward(*parts, own, x[s : s + 1], training, drawn, given)
                found.append([z, *of_trial.values(), *updated, *terms])
            rows.append([joined(parts) for parts in zip(*found, strict=True)])
        whole = [ops.concatenate(parts, axis=0) if seeds > 1 else parts[0] for parts in zip(*rows, strict=True)]
        if seen is not None:
            seen.update(zip(of_trial, whole[1:], strict=False))
        rest = whole[1 + len(of_trial) :]
        return whole[0], rest[: len(others)], rest[len(others) :]

    def _names(self, at: int) -> list[str]:
        # in one order: compiled programs are found again by what was traced
        return sorted({name for layer in self._members[at] for name in rule_of(layer).numbers})

    def _by_runs(self, runs: list[tuple[int, int]], view: View, x: Any) -> Any:
        """Layers of a family side by side, each run of equal ones by its own rule."""
        views = [view.part(*run) for run in runs]
        parts = parted(for_each_cell(x, self._count), runs)
        return joined([rule_of(one.layer).call(one, part) for one, part in zip(views, parts, strict=True)])

    def _loss(self, trained: Any, numbers: Any, y: Any, z: Any, terms: list[Any]) -> Any:
        """The loss of every trial on a batch, penalties included, `[seeds, cells]`."""
        return self._losses(y, z, lambda loss: mean(loss, axis=-1)) + self._penalty(trained, numbers, terms)

    def _penalty(self, trained: Any, numbers: Any, terms: list[Any]) -> Any:
        total: Any = 0.0
        for weight, value in zip(self.trained, trained, strict=True):
            place = f"{weight.layer}/{weight.name}"
            term = penalties.of_weight(
                lambda name, place=place: self._number(numbers, f"{place}/{name}"), value, weight.cell_axis
            )
            total = total if term is None else total + term
        return sum(terms, total)

    def _variable(self, weight: Weight) -> Any:
        """The variable of any of the cells."""
        return next(one for one in self._layers[weight.layer].weights if one.name == weight.name)

    def alone(self, state: dict[str, Any], seed: int, cell: int) -> list[np.ndarray]:
        """The weights of one trial, in the order of `self.weights`."""
        values = dict(zip(self.trained, state["trained"], strict=True)) | dict(
            zip(self.others, state["others"], strict=True)
        )
        return [_of_trial(values[weight], weight, seed, cell) for weight in self.weights]

    def slots(self, state: dict[str, Any], seed: int, cell: int) -> list[list[np.ndarray]]:
        """What the optimizer holds of one trial, by trained weight, in the order of `self.trained`."""
        return [
            [_of_trial(slot, weight, seed, cell) for slot in own]
            for weight, own in zip(self.trained, state["slots"], strict=True)
        ]


def _stacked(values: list[list[np.ndarray]], cell_axis: int) -> Any:
    """Arrays by seed and cell as one tensor."""
    one = np.stack([np.stack(of_seed) for of_seed in values])
    return ops.convert_to_tensor(np.ascontiguousarray(np.moveaxis(one, 1, cell_axis)))


def _of_trial(stacked: Any, weight: Weight, seed: int, cell: int) -> np.ndarray:
    return np.asarray(ops.convert_to_numpy(stacked))[(seed, *(slice(None),) * (weight.cell_axis - 1), cell)]


def _trials(value: Any, seeds: int, cells: int, axis: int) -> list[list[Any]]:
    """A stacked tensor as tensors of one trial each, by seed and cell."""
    of_seeds = ops.split(value, seeds, axis=0) if seeds > 1 else [value]
    return [ops.split(one, cells, axis=axis) if cells > 1 else [one] for one in of_seeds]


def _flat(arguments: Any) -> list[Any]:
    flat = []
    for one in arguments:
        flat.extend(_flat(one) if isinstance(one, list | tuple) else [one])
    return flat
