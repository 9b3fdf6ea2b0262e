"""Stacking rules of constraints: those that take each number of a weight by itself."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
from keras import ops

from custom.constraints import SoftThreshold, WeightClip
from custom.constraints.soft_threshold import soft_threshold
from custom.types import Tensor
from experiments.recipes.registry import Registry, never
from experiments.study.types import KerasPart
from experiments.train.fused.axes import along_cells


@dataclass(frozen=True)
class ConstraintRule:
    """How a constraint computes with the axes of seeds and cells.

    call: (stacked weight, number) → the weight after it; `number(name)` broadcasts against the weight. It may take
        no weight's number but by itself.
    numbers: attributes of the constraint that may be another number for every cell.
    refuses: constraint → why this one can't be stacked, or None.

    >>> at_most = ConstraintRule(lambda weight, number: ops.minimum(weight, number("limit")), numbers=("limit",))
    >>> [float(weight) for weight in at_most.call(ops.array([0.5, 2.0]), {"limit": 1.0}.get)]
    [0.5, 1.0]
    """

    call: Callable[[Tensor, Callable[[str], Tensor | float]], Tensor]
    numbers: tuple[str, ...] = ()
    refuses: Callable[[KerasPart], str | None] = never


CONSTRAINTS = Registry(
    ConstraintRule,
    {
        type(None): ConstraintRule(lambda weight, number: weight),
        WeightClip: ConstraintRule(lambda w, number: ops.clip(w, -number("limit"), number("limit")), ("limit",)),
        SoftThreshold: ConstraintRule(lambda w, number: soft_threshold(w, amount=number("amount")), ("amount",)),
        keras.constraints.NonNeg: ConstraintRule(lambda w, number: ops.maximum(w, 0.0)),
    },
)


def _rule(constraint: KerasPart) -> ConstraintRule:
    return CONSTRAINTS.rule_or_error(constraint, f"the constraint {type(constraint).__name__}")


def numbers(constraint: KerasPart) -> dict[str, float]:
    """The numbers of a constraint that has a rule.

    >>> numbers(WeightClip(0.5)), numbers(None)
    ({'limit': 0.5}, {})
    """
    return {name: getattr(constraint, name) for name in _rule(constraint).numbers}


def apply(constraint: KerasPart, number: Callable[[str], Tensor | float], weight: Tensor, cell_axis: int) -> Tensor:
    """A stacked weight after its constraint, which is one of any cell's; None leaves it as it is."""
    return _rule(constraint).call(weight, lambda name: along_cells(number(name), weight, cell_axis))
