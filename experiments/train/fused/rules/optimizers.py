"""Stacking rules of optimizers: Keras' own formulas, every hyper-parameter a number of a cell."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
from keras import ops

from custom.keras_internals import learning_rate_of, omits_decay
from custom.optimizers import MovingAverageMomentum
from custom.types import Tensor
from experiments.recipes.registry import Registry
from experiments.study.types import KerasPart, Plain
from experiments.train.fused.axes import along_cells, along_trials, squared_norm

Update = tuple[Tensor, list[Tensor]]  # the new weight, and the new slots
Number = Callable[[str], Tensor | float]  # name → a float, or a tensor that broadcasts against the weight


def unusual(optimizer: KerasPart) -> str | None:
    """What of an optimizer no rule has a form for, or None.

    >>> unusual(keras.optimizers.Adam(0.1, amsgrad=True))
    'its amsgrad has no stacking rule'
    """
    names = ("amsgrad", "centered", "use_ema", "loss_scale_factor", "gradient_accumulation_steps")
    found = [name for name in names if getattr(optimizer, name, None)]
    if omits_decay(optimizer):
        found.append("exclusion of weights from decay")
    if not isinstance(learning_rate_of(optimizer), keras.Variable):
        found.append("schedule of the learning rate")
    return f"its {found[0]} has no stacking rule" if found else None


@dataclass(frozen=True)
class OptimizerRule:
    """How an optimizer computes with the axes of seeds and cells.

    update: (optimizer, number, weight, gradient, slots, step) → (weight, slots): one step of a stacked weight, after
        clipping and decoupled decay. `number(name)` broadcasts against the weight; `step` is counted from 1.
    slots: optimizer → how many tensors it keeps of a weight; they begin as zeros.
    numbers: attributes that may be another number for every cell, beside the learning rate, decay and clipping.
    complements: of these, 1 − x is wanted as well, as the number `1-x`: Keras takes it before it rounds.
    fixed: attributes that are the same in all cells of a stack.
    refuses: optimizer → why this one can't be stacked, or None; by default where it has options of Keras that change
        every update.

    >>> descent = OptimizerRule(
    ...     lambda optimizer, number, weight, gradient, slots, step: (weight - number("rate") * gradient, slots),
    ...     slots=lambda optimizer: 0,
    ... )
    >>> weight, slots = descent.update(None, {"rate": 0.5}.get, 1.0, 1.0, [], 1)
    >>> weight
    0.5
    """

    update: Callable[..., Update]
    slots: Callable[[KerasPart], int]
    numbers: tuple[str, ...] = ()
    complements: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    refuses: Callable[[KerasPart], str | None] = unusual


def _sgd(one: KerasPart, number: Number, weight: Tensor, gradient: Tensor, slots: list[Tensor], step: Tensor) -> Update:
    rate = number("learning_rate")
    if not slots:
        return weight - gradient * rate, slots
    momentum = number("momentum")
    velocity = slots[0] * momentum - gradient * rate
    moved = velocity * momentum - gradient * rate if one.nesterov else velocity
    return weight + moved, [velocity]


def _moving_average(
    one: KerasPart, number: Number, weight: Tensor, gradient: Tensor, slots: list[Tensor], step: Tensor
) -> Update:
    average = slots[0] * number("beta") + gradient * number("1-beta")
    return weight - average * number("learning_rate"), [average]


def _rmsprop(
    one: KerasPart, number: Number, weight: Tensor, gradient: Tensor, slots: list[Tensor], step: Tensor
) -> Update:
    square = number("rho") * slots[0] + number("1-rho") * ops.square(gradient)
    increment = number("learning_rate") * gradient / ops.sqrt(square + number("epsilon"))
    if len(slots) == 1:
        return weight - increment, [square]
    momentum = number("momentum") * slots[1] + increment
    return weight - momentum, [square, momentum]


def _adam(
    one: KerasPart, number: Number, weight: Tensor, gradient: Tensor, slots: list[Tensor], step: Tensor
) -> Update:
    first, second = slots
    powers = [1 - ops.power(_tensor(number(name), weight), step) for name in ("beta_1", "beta_2")]
    alpha = number("learning_rate") * ops.sqrt(powers[1]) / powers[0]
    first = first + (gradient - first) * number("1-beta_1")
    second = second + (ops.square(gradient) - second) * number("1-beta_2")
    return weight - first * alpha / (ops.sqrt(second) + number("epsilon")), [first, second]


_ADAM = OptimizerRule(_adam, lambda one: 2, ("beta_1", "beta_2", "epsilon"), complements=("beta_1", "beta_2"))
OPTIMIZERS = Registry(
    OptimizerRule,
    {
        keras.optimizers.SGD: OptimizerRule(
            _sgd, lambda one: int(one.momentum != 0), ("momentum",), fixed=("nesterov",)
        ),
        MovingAverageMomentum: OptimizerRule(_moving_average, lambda one: 1, ("beta",), complements=("beta",)),
        keras.optimizers.RMSprop: OptimizerRule(
            _rmsprop, lambda one: 2 if one.momentum > 0 else 1, ("rho", "epsilon", "momentum"), complements=("rho",)
        ),
        keras.optimizers.Adam: _ADAM,
        keras.optimizers.AdamW: _ADAM,
    },
)
_CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")


def rule_of(optimizer: KerasPart) -> OptimizerRule:
    """The rule of an optimizer. Raises ValueError where there is none."""
    return OPTIMIZERS.rule_or_error(optimizer, _named(optimizer))


def refuses(optimizer: KerasPart) -> str | None:
    """Why an optimizer can't be stacked, or None.

    >>> refuses(keras.optimizers.Lion(0.1))
    'the optimizer Lion has no stacking rule'
    """
    return OPTIMIZERS.refuses(optimizer, _named(optimizer))


def _named(optimizer: KerasPart) -> str:
    return f"the optimizer {type(optimizer).__name__}"


def signature(optimizer: KerasPart) -> list[Plain]:
    """What optimizers of one stack have in common, as JSON values."""
    rule = rule_of(optimizer)
    fixed = [getattr(optimizer, name) for name in rule.fixed]
    given = [bool(getattr(optimizer, name)) for name in (*_CLIPS, "weight_decay")]
    return [type(optimizer).__name__, rule.slots(optimizer), *fixed, *given]


def numbers(optimizer: KerasPart) -> dict[str, float]:
    """What may be another number for every trial."""
    rule = rule_of(optimizer)
    names = ("learning_rate", "weight_decay", *_CLIPS, *rule.numbers)
    found = {name: _plain(getattr(optimizer, name)) for name in names}
    return found | {f"1-{name}": 1 - found[name] for name in rule.complements}


def _plain(value: Tensor) -> float:
    return 0.0 if value is None else float(ops.convert_to_numpy(value))


def _tensor(number: Tensor | float, like: Tensor) -> Tensor:
    return ops.convert_to_tensor(number, dtype=like.dtype)


class Stacked:
    """The optimizer of all trials of a stack.

    one: of any of them. cell_axes: of every weight, so that a trial's number meets its own weights.
    """

    def __init__(self, one: KerasPart, cell_axes: list[int]) -> None:
        self._one, self._axes = one, cell_axes
        self._rule = rule_of(one)
        self.slots = self._rule.slots(one)

    def part(self, cell_axes: list[int]) -> "Stacked":
        """The same optimizer of some of the weights. cell_axes: theirs."""
        return Stacked(self._one, cell_axes)

    def apply(
        self, number: Number, weights: list[Tensor], gradients: list[Tensor], slots: list[list[Tensor]], step: Tensor
    ) -> tuple[list[Tensor], list[list[Tensor]]]:
        """One step: (weights, slots), in Keras' order: clip, decoupled decay, update. `step` counts from 1.

        number: name → a float, or a tensor `[cells]`.
        """
        gradients = self._clip(number, gradients)
        moved: list[Tensor] = []
        kept: list[list[Tensor]] = []
        for weight, gradient, axis, own in zip(weights, gradients, self._axes, slots, strict=True):

            def shaped(name: str, like: Tensor = weight, axis: int = axis) -> Tensor | float:
                return along_cells(number(name), like, axis)

            decayed = weight
            if self._one.weight_decay:
                decayed = weight - weight * shaped("weight_decay") * shaped("learning_rate")
            new, kept_of_weight = self._rule.update(
                self._one, shaped, decayed, gradient, own, ops.cast(step, weight.dtype)
            )
            moved.append(new)
            kept.append(kept_of_weight)
        return moved, kept

    def _clip(self, number: Number, gradients: list[Tensor]) -> list[Tensor]:
        one = self._one
        with_axes = list(zip(gradients, self._axes, strict=True))
        if one.clipnorm:
            return [_cut_to_norm(g, axis, [squared_norm(g, axis)], number("clipnorm")) for g, axis in with_axes]
        if one.global_clipnorm:
            squares = [squared_norm(g, axis) for g, axis in with_axes]
            # Keras adds the norm less itself, so that one that is not finite spreads
            return [_cut_to_norm(g, axis, squares, number("global_clipnorm"), spreads=True) for g, axis in with_axes]
        if one.clipvalue:
            limits = [along_cells(number("clipvalue"), g, axis) for g, axis in with_axes]
            return [ops.clip(g, -limit, limit) for g, limit in zip(gradients, limits, strict=True)]
        return gradients


def _cut_to_norm(
    gradient: Tensor, axis: int, squares: list[Tensor], limit: Tensor | float, spreads: bool = False
) -> Tensor:
    """The gradient, its trials cut to a norm of at most `limit`."""
    norm = ops.sqrt(sum(squares[1:], squares[0]))
    limit = along_cells(limit, norm)
    scale = limit / ops.maximum(norm, limit)
    return gradient * along_trials(scale + (norm - norm) if spreads else scale, gradient, axis)
