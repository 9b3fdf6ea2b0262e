"""Regularizers of layers, stacked: strengths are numbers of a trial, so none, L1, L2 and elastic net are one form."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from custom.regularizers import ElasticNet, KLSparsity, sparsity_divergence
from custom.tensors import absolute, mean
from experiments.train.fused.axes import along_cells, within_trial

_regularizers = keras.regularizers
# class → its strengths of |w| and of w²
_STRENGTHS: dict[type, Callable[[Any], dict[str, float]]] = {
    type(None): lambda _: {},
    _regularizers.L1: lambda one: {"l1": float(one.l1)},
    _regularizers.L2: lambda one: {"l2": float(one.l2)},
    _regularizers.L1L2: lambda one: {"l1": float(one.l1), "l2": float(one.l2)},
    ElasticNet: lambda one: {"l1": one.l1, "l2": one.l2},
}
_MEASURES = {"l1": absolute, "l2": ops.square}
Number = Callable[[str], Any]  # name → a float, or a tensor `[cells]`


def form(regularizer: Any) -> str | None:
    """What a regularizer can be stacked with: "strengths", "sparsity", or None where nothing."""
    if type(regularizer) in _STRENGTHS:
        return "strengths"
    return "sparsity" if type(regularizer) is KLSparsity else None


def numbers(regularizer: Any) -> dict[str, float]:
    """The numbers of a regularizer that has a form; what is not there is 0."""
    if form(regularizer) == "sparsity":
        return {"target": regularizer.target, "weight": regularizer.weight}
    return _STRENGTHS[type(regularizer)](regularizer)


def of_weight(number: Number, weight: Any, cell_axis: int) -> Any:
    """The penalty `[seeds, cells]` of a stacked weight, or None where no trial has one."""
    return _of_strengths(number, weight, within_trial(weight, cell_axis))


def of_activity(kind: str, number: Number, output: Any) -> Any:
    """The penalty `[seeds, cells]` of a layer's output `[seeds, cells, batch, …, units]`, or None."""
    if kind == "strengths":
        penalty = _of_strengths(number, output, within_trial(output))
        # Keras divides by the batch size what an activity regularizer returns
        return penalty if penalty is None else penalty / output.shape[2]
    activity = mean(output, axis=within_trial(output)[:-1])
    penalty = ops.sum(sparsity_divergence(activity, target=along_cells(number("target"), activity)), axis=-1)
    return penalty * along_cells(number("weight"), penalty)


def _sum(x: Any, axes: list[int]) -> Any:
    if len(axes) == 1:
        return ops.sum(x, axis=axes)
    partial = ops.sum(x, axis=axes[:-1])
    return ops.matmul(partial, ops.ones((x.shape[-1], 1), x.dtype))[..., 0]


def _of_strengths(number: Number, x: Any, axes: list[int]) -> Any:
    total = None
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
