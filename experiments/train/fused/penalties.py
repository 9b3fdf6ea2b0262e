"""Regularizers of layers, stacked: strengths are numbers of a trial, so none, L1, L2 and elastic net are one form."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from custom.regularizers import ElasticNet, KLSparsity, sparsity_divergence
from custom.tensors import absolute, mean
from experiments.train.fused.axes import along_cells, within_trial

_regularizers = keras.regularizers
# class → its strengths (of |w|, of w²)
_STRENGTHS: dict[type, Any] = {
    type(None): lambda _: (0.0, 0.0),
    _regularizers.L1: lambda one: (float(one.l1), 0.0),
    _regularizers.L2: lambda one: (0.0, float(one.l2)),
    _regularizers.L1L2: lambda one: (float(one.l1), float(one.l2)),
    ElasticNet: lambda one: (one.l1, one.l2),
}


def form(regularizer: Any) -> str | None:
    """What a regularizer can be stacked with: "strengths", "sparsity", or None where nothing."""
    if type(regularizer) in _STRENGTHS:
        return "strengths"
    return "sparsity" if type(regularizer) is KLSparsity else None


def of_weight(regularizers: Sequence[Any], weight: Any, cell_axis: int) -> Any:
    """The penalty `[seeds, cells]` of a stacked weight, or None where no trial has one."""
    return _of_strengths(regularizers, weight, within_trial(weight, cell_axis))


def of_activity(regularizers: Sequence[Any], output: Any) -> Any:
    """The penalty `[seeds, cells]` of a layer's output `[seeds, cells, batch, …, units]`, or None."""
    if form(regularizers[0]) == "strengths":
        penalty = _of_strengths(regularizers, output, within_trial(output))
        # Keras divides by the batch size what an activity regularizer returns
        return penalty if penalty is None else penalty / output.shape[2]
    activity = mean(output, axis=within_trial(output)[:-1])
    target = along_cells([one.target for one in regularizers], activity)
    penalty = ops.sum(sparsity_divergence(activity, target=target), axis=-1)
    return penalty * along_cells([one.weight for one in regularizers], penalty)


def _of_strengths(regularizers: Sequence[Any], x: Any, axes: list[int]) -> Any:
    strengths = [_STRENGTHS[type(one)](one) for one in regularizers]
    total = None
    for values, measure in zip(zip(*strengths, strict=True), (absolute, ops.square), strict=True):
        if not any(values):
            continue
        summed = ops.sum(measure(x), axis=axes)
        strength = along_cells(list(values), summed)
        term = summed * strength
        if not all(values):
            # where a square overflows, 0 · ∞ would be no number
            term = ops.where(strength > 0, term, ops.zeros_like(term))
        total = term if total is None else total + term
    return total
