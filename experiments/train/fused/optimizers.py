"""Optimizers of the stack: Keras' own formulas, every hyper-parameter a number of a trial."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

from custom.optimizers import MovingAverageMomentum
from experiments.train.fused.axes import along_cells, along_trials, squared_norm

Number = Callable[[str], Any]  # name → a float, or a tensor that broadcasts against the weight


@dataclass(frozen=True)
class Form:
    """How an optimizer computes with a trial axis.

    update: (optimizer, number, weight, gradient, slots, step) → (weight, slots), `step` counted from 1.
    slots: how many tensors it keeps a weight. numbers: attributes that may differ from trial to trial.
    complements: of these, 1 − x is wanted as well, as the number `1-x`: Keras takes it before it rounds.
    fixed: attributes that may not differ.
    """

    update: Callable[..., tuple[Any, list[Any]]]
    slots: Callable[[Any], int]
    numbers: tuple[str, ...] = ()
    complements: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()


def _sgd(one: Any, number: Number, weight: Any, gradient: Any, slots: list[Any], step: Any) -> Any:
    rate = number("learning_rate")
    if not slots:
        return weight - gradient * rate, slots
    momentum = number("momentum")
    velocity = slots[0] * momentum - gradient * rate
    moved = velocity * momentum - gradient * rate if one.nesterov else velocity
    return weight + moved, [velocity]


def _moving_average(one: Any, number: Number, weight: Any, gradient: Any, slots: list[Any], step: Any) -> Any:
    average = slots[0] * number("beta") + gradient * number("1-beta")
    return weight - average * number("learning_rate"), [average]


def _rmsprop(one: Any, number: Number, weight: Any, gradient: Any, slots: list[Any], step: Any) -> Any:
    square = number("rho") * slots[0] + number("1-rho") * ops.square(gradient)
    increment = number("learning_rate") * gradient / ops.sqrt(square + number("epsilon"))
    if len(slots) == 1:
        return weight - increment, [square]
    momentum = number("momentum") * slots[1] + increment
    return weight - momentum, [square, momentum]


def _adam(one: Any, number: Number, weight: Any, gradient: Any, slots: list[Any], step: Any) -> Any:
    first, second = slots
    powers = [1 - ops.power(_tensor(number(name), weight), step) for name in ("beta_1", "beta_2")]
    alpha = number("learning_rate") * ops.sqrt(powers[1]) / powers[0]
    first = first + (gradient - first) * number("1-beta_1")
    second = second + (ops.square(gradient) - second) * number("1-beta_2")
    return weight - first * alpha / (ops.sqrt(second) + number("epsilon")), [first, second]


_ADAM = Form(_adam, lambda one: 2, ("beta_1", "beta_2", "epsilon"), complements=("beta_1", "beta_2"))
_FORMS: dict[type, Form] = {
    keras.optimizers.SGD: Form(_sgd, lambda one: int(one.momentum != 0), ("momentum",), fixed=("nesterov",)),
    MovingAverageMomentum: Form(_moving_average, lambda one: 1, ("beta",), complements=("beta",)),
    keras.optimizers.RMSprop: Form(
        _rmsprop, lambda one: 2 if one.momentum > 0 else 1, ("rho", "epsilon", "momentum"), complements=("rho",)
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
    if getattr(one, "_exclude_from_weight_decay", None) or getattr(one, "_exclude_from_weight_decay_pattern", None):
        unusual.append("exclusion of weights from decay")
    if not isinstance(one._learning_rate, keras.Variable):
        unusual.append("a schedule of the learning rate")
    return f"the optimizer's {unusual[0]} has no fused form" if unusual else None


def numbers(one: Any) -> dict[str, float]:
    """What may be another number for every trial."""
    form = _FORMS[type(one)]
    found = {name: _plain(getattr(one, name)) for name in ("learning_rate", "weight_decay", *_CLIPS, *form.numbers)}
    return found | {f"1-{name}": 1 - found[name] for name in form.complements}


def _plain(value: Any) -> float:
    return 0.0 if value is None else float(ops.convert_to_numpy(value))


def _tensor(number: Any, like: Any) -> Any:
    return ops.convert_to_tensor(number, dtype=like.dtype)


class Stacked:
    """The optimizer of all trials of a stack.

    one: of any of them. cell_axes: of every weight, so that a trial's number meets its own weights.
    """

    def __init__(self, one: Any, cell_axes: list[int]) -> None:
        self._one, self._axes = one, cell_axes
        self._form = _FORMS[type(one)]
        self.slots = self._form.slots(one)

    def apply(
        self, number: Number, weights: list[Any], gradients: list[Any], slots: list[list[Any]], step: Any
    ) -> tuple[list[Any], list[list[Any]]]:
        """One step: (weights, slots), in Keras' order: clip, decoupled decay, update. `step` counts from 1.

        number: name → a float, or a tensor `[cells]`.
        """
        gradients = self._clipped(number, gradients)
        moved, kept = [], []
        for weight, gradient, axis, own in zip(weights, gradients, self._axes, slots, strict=True):

            def shaped(name: str, like: Any = weight, axis: int = axis) -> Any:
                return along_cells(number(name), like, axis)

            decayed = weight
            if self._one.weight_decay:
                decayed = weight - weight * shaped("weight_decay") * shaped("learning_rate")
            new, kept_of_weight = self._form.update(
                self._one, shaped, decayed, gradient, own, ops.cast(step, weight.dtype)
            )
            moved.append(new)
            kept.append(kept_of_weight)
        return moved, kept

    def _clipped(self, number: Number, gradients: list[Any]) -> list[Any]:
        one = self._one
        with_axes = list(zip(gradients, self._axes, strict=True))
        if one.clipnorm:
            return [_scaled(g, axis, [squared_norm(g, axis)], number("clipnorm")) for g, axis in with_axes]
        if one.global_clipnorm:
            squares = [squared_norm(g, axis) for g, axis in with_axes]
            # Keras adds the norm less itself, so that one that is not finite spreads
            return [_scaled(g, axis, squares, number("global_clipnorm"), spreads=True) for g, axis in with_axes]
        if one.clipvalue:
            limits = [along_cells(number("clipvalue"), g, axis) for g, axis in with_axes]
            return [ops.clip(g, -limit, limit) for g, limit in zip(gradients, limits, strict=True)]
        return gradients


def _scaled(gradient: Any, axis: int, squares: list[Any], limit: Any, spreads: bool = False) -> Any:
    """The gradient, its trials cut to a norm of at most `limit`."""
    norm = ops.sqrt(sum(squares[1:], squares[0]))
    limit = along_cells(limit, norm)
    scale = limit / ops.maximum(norm, limit)
    return gradient * along_trials(scale + (norm - norm) if spreads else scale, gradient, axis)
