"""Elastic net: absolute and squared weights together."""

from numbers import Real

import keras
from keras import ops

from custom import checks
from custom.tensors import absolute, as_float
from custom.types import Config, Tensor, TensorLike


@keras.saving.register_keras_serializable(package="custom")
def elastic_net(weights: TensorLike, *, l1: float | Tensor = 5e-5, l2: float | Tensor = 5e-5) -> Tensor:
    """The penalty l1 · Σ|w| + l2 · Σw², over all weights.

    >>> round(float(elastic_net([1.0, -2.0], l1=0.5, l2=0.25)), 6)
    2.75
    """
    weights = as_float(weights)
    penalty = l1 * ops.sum(absolute(weights))
    # a strength of 0 takes no part: where a square overflows, 0 · ∞ would be no number
    if isinstance(l2, Real) and l2 == 0:
        return penalty
    return penalty + l2 * ops.sum(ops.square(weights))


@keras.saving.register_keras_serializable(package="custom")
class ElasticNet(keras.regularizers.Regularizer):
    """Elastic net: small weights (L2) of which many are near zero (L1), correlated ones kept together.

    Formula:

        penalty = l1 · Σ|w| + l2 · Σw²         gradient = l1 · sign(w) + 2 · l2 · w,   0 at w = 0

    Arguments:
        l1: the weight of the absolute values; a finite number of at least 0.
        l2: the weight of the squares; a finite number of at least 0.

    Input: a tensor of any shape. Output: a scalar of its float type.

    Raises:
        ValueError: a weight is not a finite number of at least 0.

    Example:

    >>> penalty = ElasticNet(l1=0.5, l2=0.25)
    >>> layer = keras.layers.Dense(1, kernel_initializer="ones", kernel_regularizer=penalty)
    >>> layer.build((None, 4))
    >>> float(layer.losses[0])
    3.0

    Source: Zou and Hastie (2005), "Regularization and variable selection via the elastic net".
    """

    def __init__(self, l1: float = 5e-5, l2: float = 5e-5) -> None:
        self.l1 = _strength("l1", l1)
        self.l2 = _strength("l2", l2)

    def __call__(self, x: TensorLike) -> Tensor:
        return elastic_net(x, l1=self.l1, l2=self.l2)

    def get_config(self) -> Config:
        return {"l1": self.l1, "l2": self.l2}


def _strength(name: str, value: object) -> float:
    return checks.number(
        name,
        value,
        expected="a finite number of at least 0",
        holds=lambda number: number >= 0,
        mend=f"try {name}=1e-4, or 0 to leave it out",
    )
