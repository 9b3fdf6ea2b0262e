"""What a search is given, as `keras.Model.fit` takes it: the part of it that a stack can train on."""

import inspect
from dataclasses import dataclass

import keras
import numpy as np

from experiments.study.types import OwnPart, PlainTable
from experiments.tasks import Data
from experiments.tune.compiled_model import CannotStack, Compiled, targets

_FIT = [name for name in inspect.signature(keras.Model.fit).parameters if name != "self"]
_HONOURED = ("x", "y", "batch_size", "epochs", "verbose", "validation_split", "validation_data")
_CHECKED = 32  # examples on which Keras and a stack are compared
_EXACT = 2**24  # whole numbers up to here are themselves in float32


@dataclass(frozen=True)
class FitArguments:
    """Arrays of numbers to train on and to validate with.

    validation: None where `share` of the examples, the last ones, are to validate.
    """

    x: np.ndarray
    y: np.ndarray
    validation: tuple[np.ndarray, np.ndarray] | None
    share: float
    batch_size: int
    epochs: int

    @property
    def sample(self) -> tuple[np.ndarray, np.ndarray]:
        """A few examples as Keras gets them."""
        return self.x[:_CHECKED], self.y[:_CHECKED]

    def data(self, form: Compiled) -> Data:
        """Training and validation examples as one data set.

        Raises CannotStack or RequestError where the labels don't fit.
        """
        x, y = self.x, targets(self.y, form)
        if self.validation is None:
            first = int(len(x) * (1 - self.share))
        else:
            first = len(x)
            x = np.concatenate([x, self.validation[0]])
            y = np.concatenate([y, targets(self.validation[1], form)])
        x = x if x.dtype == np.uint8 else x.astype(np.float32)
        index = np.arange(len(x))
        return Data(x, y, index[:first], index[first:], index[first:])


def name_arguments(arguments: tuple[object, ...], options: PlainTable) -> PlainTable:
    """The arguments of a search by the names that `fit` has for them."""
    return dict(zip(_FIT, arguments, strict=False)) | options


def read_arguments(arguments: PlainTable) -> FitArguments:
    """Arguments of `fit`, where they are what a stack can train on.

    Raises CannotStack with the argument that is not.
    """
    if arguments.get("callbacks"):
        raise CannotStack("callbacks see one model at a time")
    if arguments.get("shuffle", True) is not True:
        raise CannotStack("search's shuffle")
    unusual = [
        name
        for name, value in arguments.items()
        if value is not None and name not in (*_HONOURED, "callbacks", "shuffle")
    ]
    if unusual:
        raise CannotStack(f"search's {unusual[0]}")
    x, y = _examples(arguments.get("x"), arguments.get("y"), "the data")
    validation, share = arguments.get("validation_data"), float(arguments.get("validation_split") or 0.0)
    if validation is None and not share:
        raise CannotStack("there are no validation data")
    if validation is not None:
        if not isinstance(validation, (list, tuple)) or len(validation) != 2:
            raise CannotStack("the validation data are no pair of arrays")
        validation = _examples(validation[0], validation[1], "the validation data")
    batch_size, epochs = arguments.get("batch_size") or 32, arguments.get("epochs", 1)
    for name, value in (("batch_size", batch_size), ("epochs", epochs)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
            raise CannotStack(f"search's {name}={value!r}")
    return FitArguments(x, y, validation, share, int(batch_size), int(epochs))


def _examples(x: OwnPart, y: OwnPart, what: str) -> tuple[np.ndarray, np.ndarray]:
    if any(not hasattr(array, "__array__") for array in (x, y)):
        raise CannotStack(f"{what} are no arrays")
    x, y = np.asarray(x), np.asarray(y)
    if x.dtype.kind not in "biuf":
        raise CannotStack(f"{what} are no arrays of numbers")
    if x.dtype.kind in "iu" and x.size and (x.max() > _EXACT or x.min() < -_EXACT):
        raise CannotStack(f"{what} have whole numbers too large for float32")
    if x.ndim < 2 or not len(x) or len(x) != len(y):
        raise CannotStack(f"{what} are {len(x) if x.ndim else 0} examples and {len(y) if y.ndim else 0} labels")
    return x, y
