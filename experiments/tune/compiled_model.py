"""A compiled Keras model as a stack needs it: its head, its loss and its metrics by the names that studies use."""

from dataclasses import dataclass, field

import keras
import numpy as np
from keras import ops

from custom.keras_internals import compile_option
from experiments.errors import RequestError
from experiments.recipes.supervised.objective import objective
from experiments.recipes.supervised.stacked_metrics import per_example
from experiments.study.types import OwnPart, PlainTable

_losses, _kinds = keras.losses, keras.metrics
# head → metrics by name or class → their names in a study
_METRICS: dict[str, dict[object, str]] = {
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
_NAMES: dict[object, tuple[str, str | None]] = {
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


# What `fit` and `evaluate` call: a model that has one of its own trains or scores in its own way.
_STEPS = (
    "train_step", "test_step", "compute_loss", "compute_metrics", "call", "fit", "evaluate", "make_train_function",
    "make_test_function", "stateless_compute_loss",
)  # fmt: skip
_NO_FORM = "has no fused form"
# where an accuracy of two classes must cut so that a score above 0 is class 1: of a probability, of a raw score
_THRESHOLDS = {"sigmoid": 0.5, "linear": 0.0}
_ENDS = {"sigmoid": "a probability", "linear": "a raw score"}


class CannotStack(Exception):
    """Why a model is left to Keras' own `fit`."""


@dataclass(frozen=True)
class Compiled:
    """head: "softmax", "sigmoid" or "linear". loss: a level. metrics: the names in Keras' logs → those of studies."""

    head: str
    outputs: int
    loss: PlainTable
    metrics: dict[str, str] = field(default_factory=dict)


def read_compiled(model: keras.Model) -> Compiled:
    """What a compiled model is trained with: its head, its loss and its metrics.

    Raises CannotStack where that has no fused form.
    """
    if not getattr(model, "compiled", False):
        raise CannotStack("the model is not compiled")
    if not type(model).__module__.startswith("keras."):
        raise CannotStack(f"{type(model).__name__} is a model class of its own, which may train in its own way")
    if own := [name for name in _STEPS if name in vars(model)]:
        raise CannotStack(f"the model has a {own[0]} of its own")
    if model.run_eagerly:
        raise CannotStack("compile's run_eagerly")
    shape = getattr(model, "output_shape", None)
    if not isinstance(shape, tuple) or len(shape) != 2 or not isinstance(shape[1], int):
        raise CannotStack("the model does not give one row of numbers per example")
    ends = _last_activation(model)
    name, wanted, from_logits = loss_name(_only_loss(model.loss, model))
    if wanted and from_logits == (ends == wanted):
        raise CannotStack(f"the loss {name} and the model's last activation ({ends}) don't fit")
    if wanted == "softmax" and shape[1] == 1:
        raise CannotStack(f"the loss {name} with one output")
    if model.optimizer is None:
        raise CannotStack("the model has no optimizer")
    if unusual := [option for option in ("loss_weights", "weighted_metrics") if is_given(model, option)]:
        raise CannotStack(f"compile's {unusual[0]}")
    head = wanted or ends
    return Compiled(head, shape[1], {"name": name}, _metrics(model, head, ends))


def targets(y: OwnPart, form: Compiled) -> np.ndarray:
    """Labels as a task has them: whole numbers for a classifier, also of one-hot rows; `[examples, outputs]` else.

    Raises CannotStack where they don't fit.
    """
    y = np.asarray(y)
    if y.dtype.kind not in "biuf":
        if y.dtype.kind in "US" or (y.size and isinstance(y.flat[0], str | bytes)):
            raise RequestError(f"labels: got {str(y.flat[0])!r}, expected numbers")
        raise CannotStack("the labels are no array of numbers")
    if y.ndim > 2:
        raise CannotStack(f"labels of shape {list(y.shape)}")
    y = y.reshape(len(y), -1)
    if form.head == "linear":
        if y.shape[1] != form.outputs:
            raise CannotStack(f"labels of shape {list(y.shape)} for {form.outputs} outputs")
        return y.astype(np.float32)
    if form.head == "sigmoid":
        if form.outputs != 1 or y.shape[1] != 1 or not np.isin(y, (0, 1)).all():
            raise CannotStack("a sigmoid head of more than one output, or labels other than 0 and 1")
        return y[:, 0].astype(np.int64)
    if form.loss["name"] == "sparse_cross_entropy":
        if y.shape[1] != 1:
            raise CannotStack(f"labels of shape {list(y.shape)} for a sparse loss")
        if wrong := [label for label in np.unique(y).tolist() if label not in range(form.outputs)]:
            raise RequestError(
                f"labels: got {wrong[0]}, expected whole numbers from 0 to {form.outputs - 1}: the model has "
                f"{form.outputs} outputs"
            )
        return y[:, 0].astype(np.int64)
    if y.shape != (len(y), form.outputs) or not (np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all()):
        raise CannotStack("labels that are not one-hot")
    return y.argmax(axis=1)


def check(model: keras.Model, form: Compiled, x: np.ndarray, y: np.ndarray) -> None:
    """Compare what Keras computes on a few examples with what a stack computes: the loss, and every metric.

    x, y: examples as `fit` gets them.

    Raises CannotStack where they differ: then something in the model is not what it seems.
    """
    given = model(ops.convert_to_tensor(x), training=False)
    found = {"loss": float(model.compute_loss(x, y, given)) - sum(float(penalty) for penalty in model.losses)}
    found |= {name: float(value) for name, value in model.compute_metrics(x, y, given).items() if name != "loss"}
    model.reset_metrics()
    labels, scores = ops.convert_to_tensor(targets(y, form)), _raw(form, _last_activation(model), given)
    ours = {"loss": objective(form.loss, form.head, form.outputs).call(labels, scores)}
    of_examples = {name: per_example(metric, form.head) for name, metric in form.metrics.items()}
    ours |= {name: function(labels, scores) for name, function in of_examples.items() if function}
    if set(ours) != set(found):
        raise CannotStack(f"Keras computes {', '.join(sorted(set(found) ^ set(ours)))} as well")
    for name, values in ours.items():
        mean = float(np.mean(ops.convert_to_numpy(values), dtype=float))
        if not np.isclose(mean, found[name], rtol=1e-4, atol=1e-6):
            raise CannotStack(f"{name} is {found[name]:g} in Keras and {mean:g} in a stack, on the same examples")


def _raw(form: Compiled, ends: str, given: OwnPart) -> OwnPart:
    """A model's scores before its last activation."""
    if ends == "linear":
        return given
    given = ops.clip(given, 1e-30, 1.0)
    return ops.log(given) if form.head == "softmax" else ops.log(given) - ops.log1p(-ops.clip(given, 0.0, 1 - 6e-8))


def _last_activation(model: keras.Model) -> str:
    activation = getattr(getattr(model, "layers", [None])[-1], "activation", None)
    if isinstance(model.layers[-1], keras.layers.Softmax) or activation is keras.activations.softmax:
        return "softmax"
    return "sigmoid" if activation is keras.activations.sigmoid else "linear"


def _only_loss(loss: OwnPart, model: keras.Model) -> OwnPart:
    """The loss of a model's one output, which may be in a list, or in a dictionary by the output's name."""
    if isinstance(loss, dict) and list(loss) == list(getattr(model, "output_names", [])):
        loss = list(loss.values())
    while isinstance(loss, (list, tuple)) and len(loss) == 1:
        loss = loss[0]
    if isinstance(loss, (dict, list, tuple)):
        raise CannotStack("compile's loss for more than one output, or for another one")
    return loss


def loss_name(given: OwnPart) -> tuple[str, str | None, bool]:
    """The name of a loss in a study, the head that it goes with (None: any), and whether it takes raw scores.

    Raises CannotStack for one that a study has no name for, or with options.
    """
    if isinstance(given, str) and given.lower() in ("crossentropy", "ce"):
        raise CannotStack(f"the loss {given}, whose kind depends on the labels")
    try:
        found = _losses.get(given) if isinstance(given, str) else given
    except ValueError:
        raise CannotStack(f"the loss {given}, which Keras does not know") from None
    key = type(found) if isinstance(found, _losses.Loss) else found
    if key not in _NAMES:
        raise CannotStack(f"the loss {getattr(found, 'name', getattr(found, '__name__', given))} {_NO_FORM}")
    name, head = _NAMES[key]
    config = found.get_config() if isinstance(found, _losses.Loss) else {}
    usual = {"label_smoothing": 0.0, "ignore_class": None, "axis": -1, "reduction": "sum_over_batch_size"}
    for option, value in usual.items():
        if config.get(option, value) != value:
            raise CannotStack(f"the loss {name} with {option}={config[option]}")
    return name, head, bool(config.get("from_logits", False))


def is_given(model: keras.Model, name: str) -> bool:
    """Whether a model was compiled with an option."""
    return bool(compile_option(model, name))


def _metrics(model: keras.Model, head: str, ends: str) -> dict[str, str]:
    found = {}
    for metric in keras.tree.flatten(compile_option(model, "metrics") or []):
        kind = metric if isinstance(metric, str) else type(metric)
        name = metric if isinstance(metric, str) else getattr(metric, "name", getattr(metric, "__name__", str(metric)))
        if kind not in _METRICS[head]:
            raise CannotStack(f"the metric {name} {_NO_FORM}")
        if head == "sigmoid" and (threshold := getattr(metric, "threshold", 0.5)) != _THRESHOLDS[ends]:
            raise CannotStack(f"the metric {name} counts above {threshold} of {_ENDS[ends]}")
        found[name] = _METRICS[head][kind]
    return found
