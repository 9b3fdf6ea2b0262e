"""Clipping of weights, which keeps a Wasserstein critic Lipschitz."""

import keras

from custom import checks
from custom.activations.hard_tanh import hard_tanh
from custom.types import Config, Tensor, TensorLike


def weight_clip(weights: TensorLike, *, limit: float | Tensor = 0.01) -> Tensor:
    """The weights, none beyond ±limit.

    >>> [float(w) for w in weight_clip([-2.0, 0.25, 3.0], limit=0.5)]
    [-0.5, 0.25, 0.5]
    """
    return hard_tanh(weights, min_value=-limit, max_value=limit)


@keras.saving.register_keras_serializable(package="custom")
class WeightClip(keras.constraints.Constraint):
    """Keeps every weight within ±limit, after each update.

    Formula:

        w ← min(max(w, −limit), limit)

    Arguments:
        limit: the largest size of a weight; a finite number above 0. The source uses 0.01.

    Input: a tensor of any shape. Output: the same shape.

    Raises:
        ValueError: `limit` is not a finite number above 0.

    Example:

    >>> layer = keras.layers.Dense(1, kernel_initializer="ones", kernel_constraint=WeightClip(limit=0.5))
    >>> float(layer.kernel_constraint(keras.ops.array([2.0]))[0])
    0.5

    Source: Arjovsky, Chintala and Bottou (2017), "Wasserstein generative adversarial networks".
    """

    def __init__(self, limit: float = 0.01) -> None:
        self.limit = check_limit(limit)

    def __call__(self, w: TensorLike) -> Tensor:
        return weight_clip(w, limit=self.limit)

    def get_config(self) -> Config:
        return {"limit": self.limit}


def check_limit(limit: object) -> float:
    return checks.number(
        "limit",
        limit,
        expected="a finite number above 0",
        holds=lambda number: number > 0,
        mend="try limit=0.01",
    )
