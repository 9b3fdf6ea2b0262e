"""Log-cosh loss: a smooth relative of Huber's, exact for tiny errors and finite for huge ones."""

import keras
from keras import ops

from custom.losses.base import LastAxisLoss, match
from custom.tensors import mean, tanh
from custom.types import Tensor, TensorLike


@keras.saving.register_keras_serializable(package="custom")
def log_cosh(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Log-cosh loss of each example: the mean over the last axis.

    >>> [f"{float(loss):.6g}" for loss in log_cosh([[0.0], [0.0]], [[1e-4], [1e30]])]
    ['5e-09', '1e+30']
    """
    y_true, y_pred = match(y_true, y_pred)
    error = y_pred - y_true
    absolute = ops.abs(error)
    slope = tanh(error)
    small = absolute < 1.0
    # log cosh e is −½ log(1 − tanh² e), which loses nothing near 0, and |e| − log(1 + tanh |e|), nothing
    # far out
    logarithm = ops.log1p(ops.where(small, -slope * slope, ops.abs(slope)))
    return mean(ops.where(small, -0.5 * logarithm, absolute - logarithm), axis=-1)


@keras.saving.register_keras_serializable(package="custom")
class LogCosh(LastAxisLoss):
    """Logarithm of the hyperbolic cosine of the error: ½e² near zero, |e| − log 2 far out, smooth between.

    Formula, with e = y_pred − y_true, averaged over the last axis:

        loss = log cosh e          gradient = tanh e

    Arguments:
        reduction, name, dtype: as in `keras.losses.Loss`.

    Input: `y_true` and `y_pred` of shape `[..., outputs]`.
    Output: `[...]` before the reduction, a scalar after it.

    Raises:
        ValueError: the last axes of the inputs differ.

    Example:

    >>> loss = LogCosh()
    >>> f"{float(loss([[0.0]], [[1e-4]])):.3g}"
    '5e-09'

    Source: Green (1990), "Bayesian reconstructions from emission tomography data using a modified EM
    algorithm".
    """

    def __init__(
        self, *, reduction: str | None = "sum_over_batch_size", name: str = "log_cosh", dtype: str | None = None
    ) -> None:
        super().__init__(reduction=reduction, name=name, dtype=dtype)

    def call(self, y_true: TensorLike, y_pred: TensorLike) -> Tensor:
        return log_cosh(y_true, y_pred)
