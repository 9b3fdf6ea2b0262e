"""Wasserstein loss of a critic."""

import keras
import numpy as np
from keras import ops

from custom.losses.base import LastAxisLoss, match
from custom.tensors import concrete, mean
from custom.types import Tensor, TensorLike


@keras.saving.register_keras_serializable(package="custom")
def wasserstein(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Wasserstein loss of each example: the mean of −y·f over the last axis.

    >>> [float(loss) for loss in wasserstein([[1.0], [-1.0]], [[2.0], [2.0]])]
    [-2.0, 2.0]
    """
    _check_labels(y_true)
    y_true, y_pred = match(y_true, y_pred)
    sign = ops.where(y_true == 0.0, -1.0, y_true)
    # a compiled step can't raise: a label that is none must not pass for one
    sign = ops.where(ops.abs(sign) == 1.0, sign, float("nan"))
    return mean(-sign * y_pred, axis=-1)


def _check_labels(y_true: TensorLike) -> None:
    values = concrete(y_true)
    if values is None:
        return
    present = set(np.unique(values.astype("float64")).tolist())
    if not (present <= {-1.0, 1.0} or present <= {0.0, 1.0}):
        shown = ", ".join(f"{value:g}" for value in sorted(present)[:5])
        raise ValueError(
            f"y_true: got the labels {shown}, expected 1 (real) and −1 (generated), or 1 and 0; "
            "give a critic's labels such as ops.ones((batch, 1)) and -ops.ones((batch, 1))."
        )


@keras.saving.register_keras_serializable(package="custom")
class Wasserstein(LastAxisLoss):
    """Loss of a Wasserstein critic: its score of generated examples less its score of real ones.

    Formula, with the critic's score f = y_pred, averaged over the last axis:

        loss = −y·f        y = 1: real, y = −1 (or 0): generated

    The sign: minimizing it drives scores of real examples up and of generated ones down. On a batch of
    equal halves it is −½(mean f(real) − mean f(generated)): half the estimated distance, negated. A
    generator labels its own examples 1 and minimizes the same loss. The score is linear (no sigmoid), and
    the critic must be kept Lipschitz, by `custom.constraints.WeightClip` or a gradient penalty, as
    `custom.models.WGAN` does.

    Arguments:
        reduction, name, dtype: as in `keras.losses.Loss`.

    Input: `y_true` (labels 1 and −1, or 1 and 0) and `y_pred` (scores) of shape `[..., outputs]`.
    Output: `[...]` before the reduction, a scalar after it.

    Raises:
        ValueError: other labels, −1 and 0 mixed, or the last axes of the inputs differ. In a compiled
            step, which can't raise, an example with another label has the loss NaN.

    Example:

    >>> loss = Wasserstein()
    >>> float(loss([[1.0], [-1.0]], [[3.0], [-1.0]]))
    -2.0

    Source: Arjovsky, Chintala and Bottou (2017), "Wasserstein generative adversarial networks".
    """

    def __init__(
        self, *, reduction: str | None = "sum_over_batch_size", name: str = "wasserstein", dtype: str | None = None
    ) -> None:
        super().__init__(reduction=reduction, name=name, dtype=dtype)

    def call(self, y_true: TensorLike, y_pred: TensorLike) -> Tensor:
        return wasserstein(y_true, y_pred)
