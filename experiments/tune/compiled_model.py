"""A compiled Keras model as a stack needs it: its head, its loss and its metrics by the names that studies use."""

from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

_losses, _kinds = keras.losses, keras.metrics
# head → metrics by name or class → their names in a study
_METRICS: dict[str, dict[Any, str]] = {
    "softmax": {
        "accuracy": "accuracy",
        "acc": "accuracy",
        "sparse_categorical_accuracy": "accuracy",
        "categorical_accuracy": "accuracy",
        _kinds.SparseCategoricalAccuracy: "accuracy",
        _kinds.CategoricalAccuracy: "accuracy",
    },
    "sigmoid": {
        "accuracy": "accuracy",
        "acc": "accuracy",
        "binary_accuracy": "accuracy",
        _kinds.BinaryAccuracy: "accuracy",
    },
    "linear": {
        "mae": "mean_absolute_error",
        "mean_absolute_error": "mean_absolute_error",
        _kinds.MeanAbsoluteError: "mean_absolute_error",
        "mse": "mean_squared_error",
        "mean_squared_error": "mean_squared_error",
        _kinds.MeanSquaredError: "mean_squared_error",
    },
}
# loss → its name in a study, and the head of raw scores that it goes with (None: that of the last activation)
_NAMES: dict[Any, tuple[str, str | None]] = {
    _losses.SparseCategoricalCrossentropy: ("sparse_cross_entropy", "softmax"),
    _losses.sparse_categorical_crossentropy: ("sparse_cross_entropy", "softmax"),
    _losses.CategoricalCrossentropy: ("cross_entropy", "softmax"),
    _losses.categorical_crossentropy: ("cross_entropy", "softmax"),
    _losses.BinaryCrossentropy: ("cross_entropy", "sigmoid"),
    _losses.binary_crossentropy: ("cross_entropy", "sigmoid"),
    _losses.MeanSquaredError: ("mean_squared_error", None),
    _losses.mean_squared_error: ("mean_squared_error", None),
    _losses.MeanAbsoluteError: ("mean_absolute_error", None),
    _losses.mean_absolute_error: ("mean_absolute_error", None),
}


class CannotStack(Exception):
    """Why a model is left to Keras' own `fit`."""


@dataclass(frozen=True)
class Compiled:
    """head: "softmax", "sigmoid" or "linear". loss: a level. metrics: the names in Keras' logs → those of studies."""

    head: str
    outputs: int
    loss: dict[str, Any]
    metrics: dict[str, str] = field(default_factory=dict)


def compiled(model: keras.Model) -> Compiled:
    """What a compiled model is trained with.

    Raises CannotStack where that has no fused form.
    """
    if not getattr(model, "compiled", False):
        raise CannotStack("the model is not compiled")
    if not type(model).__module__.startswith("keras."):
        raise CannotStack(f"{type(model).__name__} is a model class of its own, which may train in its own way")
    shape = getattr(model, "output_shape", None)
    if not isinstance(shape, tuple) or len(shape) != 2 or not isinstance(shape[1], int):
        raise CannotStack("the model does not give one row of numbers an example")
    ends = _ending(model)
    name, wanted, from_logits = _loss(model.loss)
    if wanted and from_logits == (ends == wanted):
        raise CannotStack(f"the loss {name} and the model's last activation ({ends}) don't fit")
    if wanted == "softmax" and shape[1] == 1:
        raise CannotStack(f"the loss {name} with one output")
    if model.optimizer is None:
        raise CannotStack("the model has no optimizer")
    if unusual := [one for one in ("loss_weights", "weighted_metrics") if _given(model, one)]:
        raise CannotStack(f"compile's {unusual[0]}")
    head = wanted or ends
    return Compiled(head, shape[1], {"name": name}, _metrics(model, head, ends))


def targets(y: Any, form: Compiled) -> np.ndarray:
    """Labels as a task has them: whole numbers for a classifier, also of one-hot rows; `[examples, outputs]` else.

    Raises CannotStack where they don't fit.
    """
    y = np.asarray(y)
    if form.head == "linear":
        y = y.astype(np.float32).reshape(len(y), -1)
        if y.shape[1] != form.outputs:
            raise CannotStack(f"labels of shape {list(y.shape)} for {form.outputs} outputs")
        return y
    if form.head == "sigmoid":
        y = y.reshape(len(y), -1)
        if form.outputs != 1 or y.shape[1] != 1 or not np.isin(y, (0, 1)).all():
            raise CannotStack("a sigmoid head of more than one output, or labels other than 0 and 1")
        return y[:, 0].astype(np.int64)
    if form.loss["name"] == "sparse_cross_entropy":
        y = y.reshape(len(y), -1)
        if y.shape[1] != 1:
            raise CannotStack(f"labels of shape {list(y.shape)} for a sparse loss")
        return y[:, 0].astype(np.int64)
    if y.shape != (len(y), form.outputs) or not (np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all()):
        raise CannotStack("labels that are not one-hot")
    return y.argmax(axis=1)


def _ending(model: keras.Model) -> str:
    activation = getattr(getattr(model, "layers", [None])[-1], "activation", None)
    if isinstance(model.layers[-1], keras.layers.Softmax) or activation is keras.activations.softmax:
        return "softmax"
    return "sigmoid" if activation is keras.activations.sigmoid else "linear"


def _loss(given: Any) -> tuple[str, str | None, bool]:
    found = _losses.get(given) if isinstance(given, str) else given
    key = type(found) if isinstance(found, _losses.Loss) else found
    if key not in _NAMES:
        raise CannotStack(f"the loss {getattr(found, 'name', getattr(found, '__name__', given))} has no fused form")
    name, head = _NAMES[key]
    config = found.get_config() if isinstance(found, _losses.Loss) else {}
    usual = {"label_smoothing": 0.0, "ignore_class": None, "axis": -1, "reduction": "sum_over_batch_size"}
    for option, value in usual.items():
        if config.get(option, value) != value:
            raise CannotStack(f"the loss {name} with {option}={config[option]}")
    return name, head, bool(config.get("from_logits", False))


def _given(model: keras.Model, name: str) -> bool:
    return bool(getattr(model._compile_loss, f"_user_{name}", None)) or bool(
        getattr(model._compile_metrics, f"_user_{name}", None)
    )


def _metrics(model: keras.Model, head: str, ends: str) -> dict[str, str]:
    half = 0.5 if ends == "sigmoid" else 0.0
    found = {}
    for one in getattr(model._compile_metrics, "_user_metrics", None) or []:
        kind = one if isinstance(one, str) else type(one)
        name = one if isinstance(one, str) else getattr(one, "name", getattr(one, "__name__", str(one)))
        if kind not in _METRICS[head] or getattr(one, "threshold", half) != half:
            raise CannotStack(f"the metric {name} has no fused form")
        found[name] = _METRICS[head][kind]
    return found
