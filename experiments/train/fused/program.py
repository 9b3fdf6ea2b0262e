"""The arithmetic of a stack: a training step, and a look at examples, of all trials at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops

from custom.tensors import mean
from experiments.train.fused import backend, penalties
from experiments.train.fused.axes import along_trials, equal_runs, for_each_cell, within_trial
from experiments.train.fused.cell import Cell
from experiments.train.fused.optimizers import Stacked
from experiments.train.fused.rules import View, rule_of

# layers whose kernel is stored for one product of all cells where these share their input
_PRODUCTS = ("Dense", "Perceptron")


@dataclass(frozen=True)
class Weight:
    """A stacked weight: of which layer, by which name, whether trained, and which axis is the cells'."""

    layer: int
    name: str
    trained: bool
    cell_axis: int


class Program:
    """What all chunks of one layout compute: the same cells in the same order, with other seeds.

    cells: all of one structure, ordered so that equal slices are neighbours. scale: of the examples.
    """

    def __init__(self, cells: list[Cell], scale: float, floatx: str) -> None:
        self.cells, self._scale, self._floatx = cells, scale, floatx
        self._model, self._layers = cells[0].head.raw, cells[0].layers
        self._place = {id(layer): at for at, layer in enumerate(self._layers)}
        merged = self._merged()
        self.weights = [
            Weight(
                at,
                weight.name,
                any(weight is one for one in layer.trainable_weights),
                2 if at in merged and weight.name == "kernel" else 1,
            )
            for at, layer in enumerate(self._layers)
            for weight in layer.weights
        ]
        self.trained = [weight for weight in self.weights if weight.trained]
        self.others = [weight for weight in self.weights if not weight.trained]
        self._optimizer = Stacked([cell.optimizer for cell in cells], [weight.cell_axis for weight in self.trained])
        self._losses = equal_runs([cell.trial.settings["loss"] for cell in cells])
        self.random = [at for at, layer in enumerate(self._layers) if rule_of(layer).random]
        self.epoch = backend.compiled(self._epoch)
        self.look = backend.compiled(self._look)

    def _merged(self) -> set[int]:
        """Layers with a product whose input no trial has changed yet."""
        merged: set[int] = set()

        def of_layer(layer: Any, *arguments: Any, **_: Any) -> bool:
            at = self._place[id(layer)]
            shared = all(_flat(arguments))
            if shared and type(layer).__name__ in _PRODUCTS:
                merged.add(at)
            own = [cell.layers[at] for cell in self.cells]
            rule = rule_of(layer)
            numbers = all(len({float(getattr(one, name)) for one in own}) == 1 for name in rule.numbers)
            return shared and numbers and not layer.weights and not rule.functions

        self._model._run_through_graph([True], call_fn=of_layer)
        return merged

    def draws(self, states: dict[int, np.ndarray], first: int, steps: int, batch: int) -> list[Any]:
        """What the random layers draw for some steps from `first` on: `[steps, seeds, 1, batch, …]` each."""
        drawn = []
        for at in self.random:
            layer = self._layers[at]
            shape = (batch, *layer._build_shapes_dict["input_shape"][1:]) if layer._build_shapes_dict else None
            shape = shape or (batch, *layer.input.shape[1:])
            drawn.append(backend.draw(rule_of(layer).random, states[at], first, steps, shape, self._floatx))
        return drawn

    def begin(self, weights: list[list[list[np.ndarray]]]) -> dict[str, Any]:
        """The state before training, from the initial weights by seed, cell and place in `self.weights`."""
        stacked = {}
        for place, weight in enumerate(self.weights):
            one = np.stack([np.stack([cell[place] for cell in of_seed]) for of_seed in weights])
            stacked[weight] = ops.convert_to_tensor(np.moveaxis(one, 1, weight.cell_axis))
        seeds, cells = len(weights), len(weights[0])
        trained = [stacked[weight] for weight in self.trained]
        return {
            "trained": trained,
            "others": [stacked[weight] for weight in self.others],
            "slots": [[ops.zeros_like(one) for _ in range(self._optimizer.slots)] for one in trained],
            "step": ops.convert_to_tensor(np.int32(0)),
            "alive": ops.ones((seeds, cells), "bool"),
            "loss": ops.zeros((seeds, cells), self._floatx),
        }

    def _epoch(self, state: Any, x: Any, y: Any, whole: Any, draws: Any, last: Any, last_draws: Any) -> Any:
        """An epoch: the batches of one size, then the short one where there is one."""
        state = {**state, "loss": ops.zeros_like(state["loss"])}

        def body(state: Any, step: Any) -> Any:
            index, drawn = step
            return self._step(state, self._examples(x, index), ops.take(y, index, axis=0), drawn)

        if whole is not None:
            state = backend.scan(body, state, (whole, draws))
        if last is not None:
            state = body(state, (last, last_draws))
        finite = state["alive"]
        for value, weight in zip(state["trained"], self.trained, strict=True):
            whole_trial = ops.all(ops.isfinite(value), axis=within_trial(value, weight.cell_axis))
            finite = ops.logical_and(finite, whole_trial)
        return {**state, "alive": finite}

    def _look(self, trained: Any, others: Any, x: Any, y: Any, index: Any) -> tuple[Any, Any]:
        """The loss `[seeds, cells]`, penalties included, and the raw scores of some examples."""
        z, _, terms = self._forward(trained, others, self._examples(x, index), False, {})
        return self._loss(ops.take(y, index, axis=0), z) + self._penalty(trained, terms), z

    def _examples(self, x: Any, index: Any) -> Any:
        """Examples by index `[seeds, batch]`, as a model sees them: `[seeds, 1, batch, …]`."""
        rows = ops.cast(ops.take(x, index, axis=0), self._floatx)
        return ops.expand_dims(rows * self._scale if self._scale != 1 else rows, 1)

    def _step(self, state: Any, x: Any, y: Any, draws: Any) -> Any:
        def total(trained: list[Any]) -> tuple[Any, Any]:
            z, others, terms = self._forward(
                trained, state["others"], x, True, dict(zip(self.random, draws, strict=True))
            )
            loss = self._loss(y, z) + self._penalty(trained, terms)
            # the sum: no trial's gradient has anything of another's
            return ops.sum(loss), (loss, others)

        gradients, (loss, others) = backend.gradients(total, state["trained"])
        step = state["step"] + 1
        trained, slots = self._optimizer.apply(state["trained"], gradients, state["slots"], step)
        alive = ops.logical_and(state["alive"], ops.isfinite(loss))

        def kept(new: Any, old: Any, axis: int) -> Any:
            return ops.where(along_trials(alive, new, axis), new, old)

        axes = [weight.cell_axis for weight in self.trained]
        return {
            "trained": [kept(*pair) for pair in zip(trained, state["trained"], axes, strict=True)],
            "others": [kept(new, old, 1) for new, old in zip(others, state["others"], strict=True)],
            "slots": [
                [kept(new, old, axis) for new, old in zip(*pair, strict=True)]
                for *pair, axis in zip(slots, state["slots"], axes, strict=True)
            ],
            "step": step,
            "alive": alive,
            "loss": state["loss"] + loss * x.shape[2],
        }

    def _forward(self, trained: Any, others: Any, x: Any, training: bool, draws: Any) -> tuple[Any, Any, list[Any]]:
        """Raw scores `[seeds, cells, batch, outputs]`, the weights not trained as they become, penalty terms."""
        values = {(weight.layer, weight.name): value for weight, value in zip(self.trained, trained, strict=True)}
        values |= {(weight.layer, weight.name): value for weight, value in zip(self.others, others, strict=True)}
        merged = {(weight.layer, weight.name) for weight in self.weights if weight.cell_axis == 2}
        updates: dict[tuple[int, str], Any] = {}
        terms: list[Any] = []

        def of_layer(layer: Any, *arguments: Any, **_: Any) -> Any:
            at = self._place[id(layer)]
            view = View(
                layer=layer,
                layers=[cell.layers[at] for cell in self.cells],
                training=training,
                weights={name: value for (place, name), value in values.items() if place == at},
                merged=frozenset(name for place, name in merged if place == at),
                draws=draws.get(at),
            )
            output = rule_of(layer).call(view, *arguments)
            updates.update({(at, name): value for name, value in view.updates.items()})
            terms.extend(view.penalties)
            regularizers = [getattr(one, "activity_regularizer", None) for one in view.layers]
            if any(regularizers) and (term := penalties.of_activity(regularizers, output)) is not None:
                terms.append(term)
            return output

        z = for_each_cell(self._model._run_through_graph([x], call_fn=of_layer), len(self.cells))
        return z, [updates.get((w.layer, w.name), old) for w, old in zip(self.others, others, strict=True)], terms

    def _loss(self, y: Any, z: Any) -> Any:
        """Every trial's mean over its batch, `[seeds, cells]`."""
        means = []
        for start, stop in self._losses:
            part = z[:, start:stop]
            targets = ops.broadcast_to(ops.expand_dims(y, 1), (y.shape[0], stop - start, *y.shape[1:]))
            means.append(mean(self.cells[start].objective.call(targets, part), axis=-1))
        return ops.concatenate(means, axis=1) if len(means) > 1 else means[0]

    def _penalty(self, trained: Any, terms: list[Any]) -> Any:
        total: Any = 0.0
        for weight, value in zip(self.trained, trained, strict=True):
            regularizers = [self._variable(cell, weight).regularizer for cell in self.cells]
            term = penalties.of_weight(regularizers, value, weight.cell_axis)
            total = total if term is None else total + term
        return sum(terms, total)

    def _variable(self, cell: Cell, weight: Weight) -> Any:
        return next(one for one in cell.layers[weight.layer].weights if one.name == weight.name)

    def alone(self, state: dict[str, Any], seed: int, cell: int) -> list[np.ndarray]:
        """The weights of one trial, in the order of `self.weights`."""
        values = dict(zip(self.trained, state["trained"], strict=True)) | dict(
            zip(self.others, state["others"], strict=True)
        )
        return [
            np.asarray(ops.convert_to_numpy(values[weight]))[(seed, *(slice(None),) * (weight.cell_axis - 1), cell)]
            for weight in self.weights
        ]


def _flat(arguments: Any) -> list[Any]:
    flat = []
    for one in arguments:
        flat.extend(_flat(one) if isinstance(one, list | tuple) else [one])
    return flat
