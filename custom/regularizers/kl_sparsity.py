"""Sparsity of activations: holds each unit's mean activation at a small target."""

import keras
from keras import ops

from custom import checks
from custom.tensors import absolute, as_float, at_least_float32, mean
from custom.types import Config, Tensor, TensorLike

# how near to an end of (0, 1) the divergence is still taken as it is, as a share of the target's own distance
MARGIN = 0.01


def sparsity_divergence(activity: TensorLike, *, target: float | Tensor) -> Tensor:
    """KL(target ‖ mean activity) of two coins, elementwise and finite everywhere; the arguments broadcast.

    The rule: means are clipped to [ρ/100, 1 − (1 − ρ)/100], ρ the target, and beyond that range the
    divergence goes on along its tangent. So value and gradient are continuous, the slope stays within
    ±100, and a mean that is too small, negative (tanh) or above 1 (ReLU) is still pushed back.

    >>> [round(float(value), 3) for value in sparsity_divergence([0.2, 0.5, -1.0, 3.0], target=0.2)]
    [0.0, 0.193, 100.141, 203.759]
    """
    activity = as_float(activity)
    target = ops.convert_to_tensor(target, dtype=activity.dtype)
    # both ends of the range by their distance from 0 and from 1: 1 − mean would lose one so close to 1
    low_on, high_off = MARGIN * target, MARGIN * (1.0 - target)
    high_on, low_off = 1.0 - high_off, 1.0 - low_on
    low, high = activity < low_on, activity > high_on
    on = ops.where(low, low_on, ops.where(high, high_on, activity))
    off = ops.where(low, low_off, ops.where(high, high_off, 1.0 - activity))
    # log1p of the distance: near the target the logarithm of the ratio would lose it
    # a symbolic tensor of a functional model must stand left of one of JAX'
    divergence = ops.log1p((on - target) / target) * -target
    divergence -= ops.log1p((off - (1.0 - target)) / (1.0 - target)) * (1.0 - target)
    low_slope = (low_on - target) / (low_on * low_off)
    high_slope = (high_on - target) / (high_on * high_off)
    slope = ops.where(low, low_slope, ops.where(high, high_slope, ops.zeros_like(activity)))
    return divergence + (activity - on) * slope


def kl_sparsity(
    activations: TensorLike, *, target: float | Tensor, weight: float | Tensor, mask: TensorLike | None = None
) -> Tensor:
    """The penalty weight · Σ KL(target ‖ mean activation), summed over the units of the last axis.

    Where a mask is False, activations are left out of the means; a unit that is left out altogether adds nothing.

    >>> round(float(kl_sparsity([[0.2, 0.5], [0.2, 0.5]], target=0.2, weight=10.0)), 4)
    1.9274
    >>> round(float(kl_sparsity([[0.2, 0.5], [9.0, 9.0]], target=0.2, weight=10.0, mask=[True, False])), 4)
    1.9274
    """
    activations = at_least_float32(activations)
    rank = len(activations.shape)
    if rank < 2:
        raise ValueError(
            f"activations: got the shape {tuple(activations.shape)}, expected [batch, ..., units]; "
            "add the axis of units with ops.expand_dims(activations, -1)."
        )
    examples = tuple(range(rank - 1))
    if mask is None:
        return weight * ops.sum(sparsity_divergence(mean(activations, axis=examples), target=target))
    kept = _keep(mask, activations)
    counts = ops.sum(ops.cast(kept, activations.dtype), axis=examples)
    sums = ops.sum(ops.where(kept, activations, 0.0), axis=examples)
    divergence = sparsity_divergence(sums / ops.maximum(counts, 1.0), target=target)
    return weight * ops.sum(ops.where(counts > 0.0, divergence, 0.0))


def l1_sparsity(activations: TensorLike, *, weight: float | Tensor, mask: TensorLike | None = None) -> Tensor:
    """The penalty weight · mean |activation|, over everything that a mask leaves in.

    >>> float(l1_sparsity([[1.0, -2.0]], weight=2.0))
    3.0
    >>> float(l1_sparsity([[1.0, -2.0], [9.0, 9.0]], weight=2.0, mask=[True, False]))
    3.0
    """
    activations = at_least_float32(activations)
    if mask is None:
        return weight * mean(absolute(activations))
    kept = _keep(mask, activations)
    count = ops.sum(ops.cast(kept, activations.dtype))
    return weight * ops.sum(absolute(ops.where(kept, activations, 0.0))) / ops.maximum(count, 1.0)


def _keep(mask: TensorLike, activations: Tensor) -> Tensor:
    """Which activations count, in their shape; a mask may lack the axes after the steps, as Keras' masks do."""
    everywhere = ops.ones_like(activations, dtype="bool")
    kept: Tensor = ops.cast(mask, "bool")
    missing = len(activations.shape) - len(kept.shape)
    return ops.logical_and(everywhere, ops.reshape(kept, (*ops.shape(kept), *(1 for _ in range(missing)))))


def check_target(target: object) -> float:
    return checks.number(
        "target",
        target,
        expected="a number above 0 and below 1",
        holds=lambda number: 0 < number < 1,
        mend="try target=0.05",
    )


def check_weight(weight: object) -> float:
    return checks.number(
        "weight",
        weight,
        expected="a finite number of at least 0",
        holds=lambda number: number >= 0,
        mend="try weight=1e-3",
    )


@keras.saving.register_keras_serializable(package="custom")
class KLSparsity(keras.regularizers.Regularizer):
    """Holds each unit's mean activation at a target; for `activity_regularizer`.

    Formula, with m the mean activation of a unit (over all axes but the last), ρ = target, λ = weight:

        penalty = λ Σ_units KL(ρ ‖ m),    KL(ρ ‖ m) = ρ log(ρ/m) + (1 − ρ) log((1 − ρ)/(1 − m))

    Means are clipped to [ρ/100, 1 − (1 − ρ)/100]; beyond, the penalty goes on along its tangent. So it is
    finite for any finite activation (tanh, ReLU above 1), its gradient never vanishes outside the range,
    and its slope in a unit's mean is at most 100 λ.

    Batch size: a Keras layer divides what its `activity_regularizer` returns by the batch size. A call
    therefore returns batch size · penalty, and a model's loss grows by exactly the penalty, whatever the
    batch size. Who calls the object directly gets that product; `kl_sparsity` gives the penalty itself.
    Half-precision activations are averaged, and the result returned, in float32.

    Masks: Keras shows an `activity_regularizer` no mask, so padding counts. For padded sequences take
    `custom.layers.SparsityPenalty`, which leaves it out.

    Arguments:
        target: ρ, the mean activation wanted; a number in (0, 1), 0.01 to 0.2 in practice.
        weight: λ, the strength; a finite number of at least 0.

    Input: activations of shape `[batch, ..., units]`. Output: a scalar.

    Raises:
        ValueError: an argument is out of its range, or the activations have no axis of units.

    Example:

    >>> layer = keras.layers.Dense(3, "sigmoid", activity_regularizer=KLSparsity(target=0.05, weight=1e-3))
    >>> output = layer(keras.ops.zeros((8, 2)))
    >>> round(float(layer.losses[0]), 6)
    0.001484

    Source: Ng (2011), "Sparse autoencoder", lecture notes; Lee, Ekanadham and Ng (2007).
    """

    def __init__(self, target: float = 0.05, weight: float = 1e-3) -> None:
        self.target = check_target(target)
        self.weight = check_weight(weight)

    def __call__(self, x: TensorLike) -> Tensor:
        penalty = kl_sparsity(x, target=self.target, weight=self.weight)
        return penalty * ops.cast(ops.shape(x)[0], penalty.dtype)

    def get_config(self) -> Config:
        return {"target": self.target, "weight": self.weight}
