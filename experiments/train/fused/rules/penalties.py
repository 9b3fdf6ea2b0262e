"""Stacking rules of regularizers: none, L1, L2 and elastic net are one form, their strengths numbers of a cell."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
from keras import ops

from custom.regularizers import ElasticNet, KLSparsity, sparsity_divergence
from custom.tensors import absolute, mean
from custom.types import Tensor
from experiments.recipes.registry import Registry, never
from experiments.study.types import KerasPart
from experiments.train.fused.axes import along_cells, within_trial

Number = Callable[[str], Tensor | float]  # name → a float, or a tensor `[cells]`


@dataclass(frozen=True)
class PenaltyRule:
    """How a regularizer computes with the axes of seeds and cells.

    form: cells whose regularizers have the same form train in one stack; the first cell's rule is called for all.
    numbers: regularizer → the numbers that it is made with, by name; of a cell that lacks one it is 0.
    call: (number, x, axes) → the penalty of every trial, `[seeds, cells]`, or None where no cell has one. number: of a
        name gives a float, or a tensor `[cells]`, which `along_cells` shapes. x: a stacked weight, or a layer's
        outputs `[seeds, cells, batch, …]`. axes: those of x within a trial; no sum may cross the others.
    of_weights: whether it may penalize weights; else outputs only.
    divides: whether what it gives for outputs is divided by the batch size, as Keras does.
    refuses: regularizer → why this one can't be stacked, or None.

    >>> squares = PenaltyRule(
    ...     "squares",
    ...     numbers=lambda regularizer: {"strength": regularizer.strength},
    ...     call=lambda number, x, axes: ops.sum(ops.square(x), axis=axes) * number("strength"),
    ... )
    >>> float(squares.call({"strength": 0.5}.get, ops.ones((1, 1, 2, 3)), [2, 3])[0, 0])
    3.0
    """

    form: str
    numbers: Callable[[KerasPart], dict[str, float]]
    call: Callable[[Number, Tensor, list[int]], Tensor | None]
    of_weights: bool = True
    divides: bool = True
    refuses: Callable[[KerasPart], str | None] = never


_MEASURES = {"l1": absolute, "l2": ops.square}


def _sum(x: Tensor, axes: list[int]) -> Tensor:
    if len(axes) == 1:
        return ops.sum(x, axis=axes)
    partial = ops.sum(x, axis=axes[:-1])
    return ops.matmul(partial, ops.ones((x.shape[-1], 1), x.dtype))[..., 0]


def _of_strengths(number: Number, x: Tensor, axes: list[int]) -> Tensor | None:
    total: Tensor | None = None
    for name, measure in _MEASURES.items():
        strength = number(name)
        if isinstance(strength, float) and not strength:
            continue
        summed = _sum(measure(x), axes)
        strength = along_cells(strength, summed)
        term = summed * strength
        if not isinstance(strength, float):
            # where a square overflows, 0 · ∞ would be no number
            term = ops.where(strength > 0, term, ops.zeros_like(term))
        total = term if total is None else total + term
    return total


def _of_sparsity(number: Number, x: Tensor, axes: list[int]) -> Tensor:
    activity = mean(x, axis=axes[:-1])
    penalty = ops.sum(sparsity_divergence(activity, target=along_cells(number("target"), activity)), axis=-1)
    return penalty * along_cells(number("weight"), penalty)


def _strengths(numbers: Callable[[KerasPart], dict[str, float]]) -> PenaltyRule:
    return PenaltyRule("strengths", numbers, _of_strengths)


PENALTIES = Registry(
    PenaltyRule,
    {
        type(None): _strengths(lambda _: {}),
        keras.regularizers.L1: _strengths(lambda one: {"l1": float(one.l1)}),
        keras.regularizers.L2: _strengths(lambda one: {"l2": float(one.l2)}),
        keras.regularizers.L1L2: _strengths(lambda one: {"l1": float(one.l1), "l2": float(one.l2)}),
        ElasticNet: _strengths(lambda one: {"l1": one.l1, "l2": one.l2}),
        KLSparsity: PenaltyRule(
            "sparsity",
            lambda one: {"target": one.target, "weight": one.weight},
            _of_sparsity,
            of_weights=False,
            divides=False,  # it multiplies by the batch size itself
        ),
    },
)


def rule_of(regularizer: KerasPart) -> PenaltyRule:
    """The rule of a regularizer, or of None. Raises ValueError where there is none."""
    return PENALTIES.rule_or_error(regularizer, f"the regularizer {type(regularizer).__name__}")


def numbers(regularizer: KerasPart) -> dict[str, float]:
    """The numbers of a regularizer that has a rule.

    >>> numbers(ElasticNet(0.5, 0.25)), numbers(None)
    ({'l1': 0.5, 'l2': 0.25}, {})
    """
    return rule_of(regularizer).numbers(regularizer)


def refuses_weight(regularizer: KerasPart) -> str | None:
    """Why a weight's regularizer can't be stacked, or None.

    >>> refuses_weight(KLSparsity())
    'its regularizer KLSparsity has no stacking rule for weights'
    """
    what = f"its regularizer {type(regularizer).__name__}"
    if why := PENALTIES.refuses(regularizer, what):
        return why
    return None if rule_of(regularizer).of_weights else f"{what} has no stacking rule for weights"


def of_weight(rule: PenaltyRule, number: Number, weight: Tensor, cell_axis: int) -> Tensor | None:
    """The penalty `[seeds, cells]` of a stacked weight, or None where no trial has one."""
    return rule.call(number, weight, within_trial(weight, cell_axis))


def of_outputs(rule: PenaltyRule, number: Number, outputs: Tensor) -> Tensor | None:
    """The penalty `[seeds, cells]` of a layer's outputs `[seeds, cells, batch, …, units]`, or None."""
    penalty = rule.call(number, outputs, within_trial(outputs))
    return penalty if penalty is None or not rule.divides else penalty / outputs.shape[2]
