"""Optimizers of the stack: Keras' own formulas, every hyper-parameter a number of a trial."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

from custom.optimizers import MovingAverageMomentum
from experiments.train.fused.axes import along_cells, along_trials, within_trial


@dataclass(frozen=True)
class Form:
    """How an optimizer computes with a trial axis.

    slots: how many tensors it keeps a weight. numbers: attributes that may differ from trial to trial.
    fixed: attributes that may not. update: (number, weight, gradient, slots, rate, step) → (weight, slots), with
    `number(name)` an attribute shaped against the weight and `step` counted from 1.
    """

    slots: Callable[[Any], int]
    numbers: tuple[str, ...]
    fixed: tuple[str, ...]
    update: Callable[..., tuple[Any, list[Any]]]


def _sgd(one: Any, number: Any, weight: Any, gradient: Any, slots: list[Any], rate: Any, step: Any) -> Any:
    if not slots:
        return weight - gradient * rate, slots
    momentum = number("momentum")
    velocity = slots[0] * momentum - gradient * rate
    moved = velocity * momentum - gradient * rate if one.nesterov else velocity
    return weight + moved, [velocity]


def _moving_average(one: Any, number: Any, weight: Any, gradient: Any, slots: list[Any], rate: Any, step: Any) -> Any:
    average = slots[0] * number("beta") + gradient * number("beta", lambda beta: 1 - beta)
    return weight - average * rate, [average]


def _rmsprop(one: Any, number: Any, weight: Any, gradient: Any, slots: list[Any], rate: Any, step: Any) -> Any:
    square = number("rho") * slots[0] + number("rho", lambda rho: 1 - rho) * ops.square(gradient)
    increment = rate * gradient / ops.sqrt(square + number("epsilon"))
    if len(slots) == 1:
        return weight - increment, [square]
    momentum = number("momentum") * slots[1] + increment
    return weight - momentum, [square, momentum]


def _adam(one: Any, number: Any, weight: Any, gradient: Any, slots: list[Any], rate: Any, step: Any) -> Any:
    first, second = slots
    powers = [1 - ops.power(number(name, tensor=True), step) for name in ("beta_1", "beta_2")]
    alpha = rate * ops.sqrt(powers[1]) / powers[0]
    first = first + (gradient - first) * number("beta_1", lambda beta: 1 - beta)
    second = second + (ops.square(gradient) - second) * number("beta_2", lambda beta: 1 - beta)
    return weight - first * alpha / (ops.sqrt(second) + number("epsilon")), [first, second]


_ADAM = Form(lambda one: 2, ("beta_1", "beta_2", "epsilon"), (), _adam)
_FORMS: dict[type, Form] = {
    keras.optimizers.SGD: Form(lambda one: int(one.momentum != 0), ("momentum",), ("nesterov",), _sgd),
    MovingAverageMomentum: Form(lambda one: 1, ("beta",), (), _moving_average),
    keras.optimizers.RMSprop: Form(
        lambda one: 2 if one.momentum > 0 else 1, ("rho", "epsilon", "momentum"), (), _rmsprop
    ),
    keras.optimizers.Adam: _ADAM,
    keras.optimizers.AdamW: _ADAM,
}
_CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")


def signature(one: Any) -> list[Any]:
    """What optimizers of one stack have in common, as JSON values."""
    form = _FORMS[type(one)]
    fixed = [getattr(one, name) for name in form.fixed]
    given = [bool(getattr(one, name)) for name in (*_CLIPS, "weight_decay")]
    return [type(one).__name__, form.slots(one), *fixed, *given]


def refuses(one: Any) -> str | None:
    """Why an optimizer can't be stacked, or None."""
    if type(one) not in _FORMS:
        return f"the optimizer {type(one).__name__} has no fused form"
    unusual = [
        name
        for name in ("amsgrad", "centered", "use_ema", "loss_scale_factor", "gradient_accumulation_steps")
        if getattr(one, name, None)
    ]
    if not isinstance(one._learning_rate, keras.Variable):
        unusual.append("a schedule of the learning rate")
    return f"the optimizer's {unusual[0]} has no fused form" if unusual else None


def _plain(value: Any) -> float:
    return 0.0 if value is None else float(ops.convert_to_numpy(value))


class Stacked:
    """The optimizers of a stack's cells, as one.

    weights: axes of the cells of every weight, so that a trial's number meets its own weights.
    """

    def __init__(self, optimizers: list[Any], cell_axes: list[int]) -> None:
        self._one, self._axes = optimizers[0], cell_axes
        self._form = _FORMS[type(self._one)]
        self.slots = self._form.slots(self._one)
        # read once, before a program is traced: a learning rate is a variable
        names = ("learning_rate", "weight_decay", *_CLIPS, *self._form.numbers)
        self._values = {name: [_plain(getattr(one, name)) for one in optimizers] for name in names}

    def apply(self, weights: list[Any], gradients: list[Any], slots: list[list[Any]], step: Any) -> Any:
        """One step: (weights, slots), in Keras' order: clip, decoupled decay, update. `step` counts from 1."""
        gradients = self._clipped(gradients)
        moved, kept = [], []
        for at, (weight, gradient) in enumerate(zip(weights, gradients, strict=True)):

            def number(name: str, change: Any = None, tensor: bool = False, at: int = at, like: Any = weight) -> Any:
                return self._number(name, like, self._axes[at], change, tensor)

            rate = number("learning_rate", tensor=True)
            decayed = weight
            if self._one.weight_decay:
                decayed = weight - weight * number("weight_decay", tensor=True) * rate
            local = ops.cast(step, weight.dtype)
            new, own = self._form.update(self._one, number, decayed, gradient, slots[at], rate, local)
            moved.append(new)
            kept.append(own)
        return moved, kept

    def _number(self, name: str, like: Any, axis: int, change: Any = None, tensor: bool = False) -> Any:
        values = [change(value) for value in self._values[name]] if change else self._values[name]
        found = along_cells(values, like, axis)
        return ops.convert_to_tensor(found, dtype=like.dtype) if tensor else found

    def _clipped(self, gradients: list[Any]) -> list[Any]:
        one = self._one
        if one.clipnorm:
            return [
                self._scaled(g, axis, [self._square(g, axis)], "clipnorm") for g, axis in self._with_axes(gradients)
            ]
        if one.global_clipnorm:
            squares = [self._square(g, axis) for g, axis in self._with_axes(gradients)]
            return [self._scaled(g, axis, squares, "global_clipnorm") for g, axis in self._with_axes(gradients)]
        if one.clipvalue:
            limits = [self._number("clipvalue", g, axis) for g, axis in self._with_axes(gradients)]
            return [ops.clip(g, -limit, limit) for g, limit in zip(gradients, limits, strict=True)]
        return gradients

    def _with_axes(self, gradients: list[Any]) -> list[tuple[Any, int]]:
        return list(zip(gradients, self._axes, strict=True))

    @staticmethod
    def _square(gradient: Any, axis: int) -> Any:
        """The squared norm of each trial's part, `[seeds, cells]`."""
        return ops.sum(ops.square(gradient), axis=within_trial(gradient, axis))

    def _scaled(self, gradient: Any, axis: int, squares: list[Any], name: str) -> Any:
        norm = ops.sqrt(sum(squares[1:], squares[0]))
        limit = self._number(name, norm, 1)
        return gradient * along_trials(limit / ops.maximum(norm, limit), gradient, axis)
