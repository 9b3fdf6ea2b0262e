"""Soft threshold: the proximal step of L1, which makes exact zeros."""

import keras
from keras import ops

from custom import checks
from custom.tensors import as_float
from custom.types import Config, Tensor, TensorLike


def soft_threshold(weights: TensorLike, *, amount: float | Tensor) -> Tensor:
    """The weights, each moved towards zero by `amount`, and no further than zero.

    >>> [float(w) for w in soft_threshold([-1.0, 0.25, 0.75], amount=0.5)]
    [-0.5, 0.0, 0.25]
    """
    weights = as_float(weights)
    shift = ops.stop_gradient(ops.clip(weights, -amount, amount))
    return ops.where(ops.abs(weights) <= amount, ops.zeros_like(weights), weights - shift)


@keras.saving.register_keras_serializable(package="custom")
class SoftThreshold(keras.constraints.Constraint):
    """Moves every weight towards zero after each update, and leaves exact zeros.

    Formula:

        w ← sign(w) · max(|w| − amount, 0)

    It is the proximal step of the penalty λ Σ|w|: with plain gradient descent at the rate α, amount = α λ
    makes the two together minimize loss + λ Σ|w|. It replaces an L1 regularizer, whose own gradient only
    makes weights small.

    Arguments:
        amount: how far a weight moves in one update, α λ; a finite number of at least 0.

    Input: a tensor of any shape. Output: the same shape.

    Raises:
        ValueError: `amount` is not a finite number of at least 0.

    Example:

    >>> layer = keras.layers.Dense(4, kernel_constraint=SoftThreshold(amount=0.1 * 1e-3))
    >>> [round(float(w), 4) for w in layer.kernel_constraint(keras.ops.array([0.00005, -0.5]))]
    [0.0, -0.4999]

    Source: Daubechies, Defrise and De Mol (2004), "An iterative thresholding algorithm for linear inverse
    problems with a sparsity constraint".
    """

    def __init__(self, amount: float = 1e-4) -> None:
        self.amount = checks.number(
            "amount",
            amount,
            expected="a finite number of at least 0",
            holds=lambda number: number >= 0,
            mend="try amount=1e-4, or the learning rate times the strength of the penalty",
        )

    def __call__(self, w: TensorLike) -> Tensor:
        return soft_threshold(w, amount=self.amount)

    def get_config(self) -> Config:
        return {"amount": self.amount}
