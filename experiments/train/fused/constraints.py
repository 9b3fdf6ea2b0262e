"""Constraints of weights, stacked: those that take each number by itself, their settings numbers of a trial."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

from custom.constraints import SoftThreshold, WeightClip
from custom.constraints.soft_threshold import soft_threshold
from experiments.train.fused.axes import along_cells


@dataclass(frozen=True)
class Form:
    """call: (weight, number) → weight, with `number(name)` shaped against it. numbers: attributes that may differ."""

    call: Callable[[Any, Callable[[str], Any]], Any]
    numbers: tuple[str, ...] = ()


_FORMS: dict[type, Form] = {
    WeightClip: Form(lambda w, number: ops.clip(w, -number("limit"), number("limit")), ("limit",)),
    SoftThreshold: Form(lambda w, number: soft_threshold(w, amount=number("amount")), ("amount",)),
    keras.constraints.NonNeg: Form(lambda w, number: ops.maximum(w, 0.0)),
}


def refuses(constraint: Any) -> str | None:
    """Why a constraint can't be stacked, or None."""
    if constraint is None or type(constraint) in _FORMS:
        return None
    return f"its constraint {type(constraint).__name__} has no fused form"


def numbers(constraint: Any) -> dict[str, float]:
    """The numbers of a constraint that has a form."""
    return {} if constraint is None else {name: getattr(constraint, name) for name in _FORMS[type(constraint)].numbers}


def apply(constraint: Any, number: Callable[[str], Any], weight: Any, cell_axis: int) -> Any:
    """A stacked weight after its constraint, which is one of any trial's; None leaves it as it is."""
    if constraint is None:
        return weight
    return _FORMS[type(constraint)].call(weight, lambda name: along_cells(number(name), weight, cell_axis))
