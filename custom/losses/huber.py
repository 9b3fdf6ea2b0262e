"""Huber loss: squared near zero, linear beyond delta."""

import keras
from keras import ops

from custom import checks
from custom.losses.base import LastAxisLoss, match
from custom.tensors import mean, parameter
from custom.types import Config, Tensor, TensorLike


@keras.saving.register_keras_serializable(package="custom")
def huber(y_true: TensorLike, y_pred: TensorLike, *, delta: float | Tensor = 1.0) -> Tensor:
    """Huber loss of each example: the mean over the last axis.

    `delta` is a number above 0, or a tensor of such that broadcasts against the predictions.

    >>> [round(float(loss), 4) for loss in huber([[0.0], [0.0]], [[0.5], [3.0]], delta=1.0)]
    [0.125, 2.5]
    """
    y_true, y_pred = match(y_true, y_pred)
    error = y_pred - y_true
    absolute = ops.abs(error)
    delta = parameter(delta, y_pred)
    # δ taken out of the bracket: δ|e| and δ² may overflow where the loss does not
    return mean(ops.where(absolute <= delta, 0.5 * error * error, delta * (absolute - 0.5 * delta)), axis=-1)


@keras.saving.register_keras_serializable(package="custom")
class Huber(LastAxisLoss):
    """Squared error for small errors, absolute error for large ones: robust against outliers.

    Formula, with e = y_pred − y_true, averaged over the last axis:

        loss = ½e²             where |e| ≤ δ
               δ(|e| − ½δ)     elsewhere

    Arguments:
        delta: δ, where the square turns into a line, in units of the target; a finite number above 0.
        reduction, name, dtype: as in `keras.losses.Loss`.

    Input: `y_true` and `y_pred` of shape `[..., outputs]`.
    Output: `[...]` before the reduction, a scalar after it.

    Raises:
        ValueError: `delta` is not a finite number above 0, or the last axes of the inputs differ.

    Example:

    >>> loss = Huber(delta=0.5)
    >>> round(float(loss([[0.0, 1.0]], [[0.25, 3.0]])), 6)
    0.453125

    Source: Huber (1964), "Robust estimation of a location parameter".
    """

    def __init__(
        self,
        delta: float = 1.0,
        *,
        reduction: str | None = "sum_over_batch_size",
        name: str = "huber",
        dtype: str | None = None,
    ) -> None:
        super().__init__(reduction=reduction, name=name, dtype=dtype)
        self.delta = checks.number(
            "delta",
            delta,
            expected="a finite number above 0",
            holds=lambda number: number > 0,
            mend="try delta=1.0, or about 1.35 times the spread of the noise",
        )

    def call(self, y_true: TensorLike, y_pred: TensorLike) -> Tensor:
        return huber(y_true, y_pred, delta=self.delta)

    def get_config(self) -> Config:
        return {**super().get_config(), "delta": self.delta}
