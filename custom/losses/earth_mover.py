"""Earth mover's distance between class distributions over ordered classes."""

import keras
from keras import ops

from custom import checks
from custom.losses.base import LastAxisLoss, match
from custom.tensors import absolute
from custom.types import Config, Tensor, TensorLike

EXPONENTS = (1, 2)


@keras.saving.register_keras_serializable(package="custom")
def earth_mover(y_true: TensorLike, y_pred: TensorLike, *, exponent: int = 1) -> Tensor:
    """Earth mover's distance of each example: the sum over the last axis.

    >>> [float(loss) for loss in earth_mover([[1.0, 0.0, 0.0]] * 2, [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])]
    [1.0, 2.0]
    """
    exponent = checks.choice("exponent", exponent, EXPONENTS)
    y_true, y_pred = match(y_true, y_pred)
    # the difference of the sums is the sum of the differences: one pass, and nothing large to cancel
    difference = ops.cumsum(y_pred - y_true, axis=-1)
    return ops.sum(absolute(difference) if exponent == 1 else ops.square(difference), axis=-1)


@keras.saving.register_keras_serializable(package="custom")
class EarthMover(LastAxisLoss):
    """Earth mover's distance over ordered classes: a near miss costs less than a far one.

    Formula, with the distribution functions F = cumsum(y_true) and G = cumsum(y_pred) over the classes:

        loss = Σ |G − F|ᵖ

    With p = 1 it is the work of moving the probability, in classes: one-hot labels cost the expected distance
    |predicted class − true class|. With p = 2 it is the squared form, whose gradient fades near the solution.

    Arguments:
        exponent: p, 1 or 2.
        reduction, name, dtype: as in `keras.losses.Loss`.

    Input: `y_true` and `y_pred`, distributions (non-negative, summing to 1) of shape `[..., classes]`.
    Output: `[...]` before the reduction, a scalar after it.

    Raises:
        ValueError: `exponent` is neither 1 nor 2, or the last axes of the inputs differ.

    Example:

    >>> loss = EarthMover()
    >>> round(float(loss([[0.0, 0.0, 1.0]], [[0.5, 0.5, 0.0]])), 6)
    1.5

    Source: Hou, Yu and Samaras (2016), "Squared earth mover's distance-based loss for training deep neural
    networks".
    """

    def __init__(
        self,
        exponent: int = 1,
        *,
        reduction: str | None = "sum_over_batch_size",
        name: str = "earth_mover",
        dtype: str | None = None,
    ) -> None:
        super().__init__(reduction=reduction, name=name, dtype=dtype)
        self.exponent = checks.choice("exponent", exponent, EXPONENTS)

    def call(self, y_true: TensorLike, y_pred: TensorLike) -> Tensor:
        return earth_mover(y_true, y_pred, exponent=self.exponent)

    def get_config(self) -> Config:
        return {**super().get_config(), "exponent": self.exponent}
