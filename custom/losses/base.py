"""What the losses share: matching shapes, and a class that keeps its configuration whole."""

import keras
from keras import ops

from custom.tensors import as_float
from custom.types import Config, Shape, Tensor, TensorLike


def match(y_true: TensorLike, y_pred: TensorLike) -> tuple[Tensor, Tensor]:
    """Labels and predictions as float tensors of one type, whose last axes agree.

    Labels without the last axis of one-column predictions get it. Leading axes of 1 broadcast; axes that
    are not there don't, for that would take labels of the batch for labels of the outputs.
    """
    y_pred = as_float(y_pred)
    labels: Tensor = ops.convert_to_tensor(y_true, dtype=y_pred.dtype)
    true_shape, pred_shape = tuple(labels.shape), tuple(y_pred.shape)
    # expanding the labels, never squeezing the predictions, keeps the loss one value per example
    if pred_shape[-1:] == (1,) and len(true_shape) == len(pred_shape) - 1 and _same(true_shape, pred_shape[:-1]):
        labels, true_shape = ops.expand_dims(labels, axis=-1), (*true_shape, 1)
    if not pred_shape or len(true_shape) != len(pred_shape) or not _same(true_shape[-1:], pred_shape[-1:]):
        raise ValueError(
            f"y_true and y_pred: got shapes {true_shape} and {pred_shape}, expected as many axes and the same "
            "last axis (outputs); one-hot encode integer classes, or give both the shape [batch, outputs]."
        )
    return labels, y_pred


def _same(own: Shape, other: Shape) -> bool:
    return all(a == b or a is None or b is None for a, b in zip(own, other, strict=True))


class LastAxisLoss(keras.losses.Loss):
    """A Keras loss whose `call` reduces the last axis only; weights, masks and reduction are Keras' own."""

    def __init__(self, *, reduction: str | None, name: str, dtype: str | None) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        # None stays None in the configuration: the loading session's default float type then decides
        self._chosen_dtype = None if dtype is None else self.dtype

    def get_config(self) -> Config:
        return {**super().get_config(), "dtype": self._chosen_dtype}
