"""What y is: classes or numbers to predict. What can be read in two ways is asked for, never guessed."""

import numpy as np

from experiments.errors import RequestError, unknown
from experiments.study import catalog
from experiments.study.types import OwnPart, Plain

_NUMBERS_FROM_NAMES = "np.unique(y, return_inverse=True)[1] makes them"
_MOST_SHOWN = 5


def numbers(name: str, values: OwnPart) -> np.ndarray:
    """Numbers as an array: lists, data frames and columns as well, also those that hold numbers as Python objects.

    Raises RequestError for text and other objects, and for rows of different lengths.

    >>> numbers("y", [1, 2]).tolist()
    [1, 2]
    """
    columns = getattr(values, "dtypes", None)
    if columns is not None and getattr(values, "ndim", 1) == 2:  # a data frame
        for column, kind in zip(values.columns, columns, strict=True):
            if getattr(kind, "kind", "O") not in "buif":
                raise RequestError(f"{name}: the column {column} holds {kind} values, allowed are numbers")
    try:
        array = np.asarray(values)
        if array.dtype.kind == "O" and array.ndim:
            array = np.asarray(array.tolist())
    except (ValueError, TypeError) as error:
        raise RequestError(f"{name}: can't be read as an array of numbers: {' '.join(str(error).split())}") from None
    if array.dtype.kind in "buif":
        return array
    shown = f" such as {array.ravel().tolist()[0]!r}" if array.size else ""
    hint = f"; for classes whole numbers from 0: {_NUMBERS_FROM_NAMES}" if name == "y" else ""
    raise RequestError(f"{name}: got {array.dtype} values{shown}, allowed are numbers{hint}")


def finite(name: str, values: np.ndarray) -> np.ndarray:
    """The values as float32, all finite, or RequestError."""
    with np.errstate(over="ignore"):  # what is too large for float32 is reported as infinite
        values = values.astype(np.float32, copy=False)
    bad = int((~np.isfinite(values.reshape(len(values), -1)).all(axis=1)).sum()) if values.size else 0
    if bad:
        raise RequestError(
            f"{name}: got NaN, or numbers that are infinite in float32, in {bad} of {len(values)} examples, "
            "allowed are finite numbers"
        )
    return values


def targets(y: OwnPart, head: str | None) -> tuple[str, np.ndarray]:
    """The head, and y as a task has it: `[examples]` whole numbers (classes), or `[examples, outputs]` float32.

    Raises RequestError where y does not fit the head, or where without a head it could be meant in two ways.

    >>> targets([0, 1, 1], None)
    ('softmax', array([0, 1, 1]))
    >>> targets([[0, 1], [1, 0]], "softmax")
    ('softmax', array([1, 0]))
    >>> targets([[0, 1], [1, 1], [0, 0]], "multi_label")[1].tolist()
    [[0.0, 1.0], [1.0, 1.0], [0.0, 0.0]]
    """
    if head not in (None, *catalog.TARGET_HEADS):
        raise RequestError(unknown("head", head, catalog.TARGET_HEADS))
    y = numbers("y", y)
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    head = head or _head(y)
    kinds = {"class": _classes, "labels": _labels, "fractions": _fractions, "values": _values}
    return head, kinds[catalog.HEADS[head].target](y, head)


def _head(y: np.ndarray) -> str:
    """The head that follows from y alone, or RequestError."""
    values = 'head="linear" predicts them as values'
    if y.ndim == 2 and y.size and (y >= 0).all() and (y <= 1).all() and (ones := y.sum(axis=1)).any():
        zero_one = np.isin(y, (0, 1)).all()
        if zero_one and (ones == 1).all():
            raise RequestError(
                f'y: got one-hot rows of {y.shape[1]}, give head: head="softmax" reads them as classes, '
                f'head="multi_label" as labels of which each example has one, {values}'
            )
        if zero_one:
            raise RequestError(
                f"y: got rows of 0 and 1 with {int(ones.min())} to {int(ones.max())} ones, give head: "
                f'head="multi_label" reads them as labels of which an example may have several, {values}'
            )
        if np.allclose(ones, 1, atol=1e-5):
            raise RequestError(
                f'y: got rows that sum to 1, as probabilities of classes: head="fractions" predicts each by a sigmoid '
                f"of its own, {values}, y.argmax(axis=1) makes classes"
            )
    if y.dtype.kind != "f" and y.ndim < 2:
        return "softmax"
    if y.ndim == 1 and y.size and np.isfinite(y).all() and (y == np.round(y)).all():
        two = 'head="sigmoid" or "softmax"' if np.isin(y, (0, 1)).all() else 'head="softmax" or, in order, "ordinal"'
        raise RequestError(f"y: got floats that are all whole ({_some(y)}), give head: {two} for classes, {values}")
    if y.dtype.kind != "f":
        raise RequestError(f"y: got whole numbers of the shape {list(y.shape)}, give head: {values}")
    return "linear"


def _labels(y: np.ndarray, head: str) -> np.ndarray:
    if y.ndim != 2 or not np.isin(y, (0, 1)).all():
        got = f"the shape {list(y.shape)}" if y.ndim != 2 else f"other values than 0 and 1 ({_some(y)})"
        raise RequestError(
            f'y: got {got} with head "{head}", allowed are rows of 0 and 1, [examples, labels]; one label: '
            'head="sigmoid"; numbers from 0 to 1: head="fractions"'
        )
    y = y.astype(np.float32)
    if len(fixed := np.flatnonzero(np.ptp(y, axis=0) == 0)):
        raise RequestError(
            f"y: label {fixed[0]} is {int(y[0, fixed[0]])} for every example, allowed are labels that some examples "
            "have and others have not"
        )
    return y


def _fractions(y: np.ndarray, head: str) -> np.ndarray:
    y = _values(y, head)
    if y.min() < 0 or y.max() > 1:
        raise RequestError(
            f'y: got numbers from {y.min():g} to {y.max():g} with head "{head}", allowed are numbers from 0 to 1; '
            'others: head="linear"'
        )
    return y


def _values(y: np.ndarray, head: str) -> np.ndarray:
    if y.ndim > 2:
        raise RequestError(f"y: got the shape {list(y.shape)}, allowed is [examples] or [examples, outputs]")
    return finite("y", y.reshape(len(y), -1))


def _classes(y: np.ndarray, head: str) -> np.ndarray:
    if y.ndim == 2 and head == "softmax" and np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all():
        y = y.argmax(axis=1)
    if y.ndim != 1:
        one_hot = ", or one-hot rows" if head == "softmax" else ""
        raise RequestError(
            f'y: got the shape {list(y.shape)} with head "{head}", allowed is [examples]{one_hot}; '
            'several labels for one example: head="multi_label"; numbers to predict: head="linear"'
        )
    if y.dtype.kind == "f" and not (np.isfinite(y) & (y == np.round(y))).all():
        raise RequestError(f'y: got fractions, NaN or infinity with head "{head}", allowed are whole numbers from 0')
    low, high = int(y.min()), int(y.max())
    y = y.astype(np.int64)
    if head == "sigmoid" and not (low == 0 and high == 1):
        raise RequestError(
            f'y: got labels from {low} to {high} with head "sigmoid", allowed are 0 and 1; more classes: head="softmax"'
        )
    allowed = f'allowed are whole numbers from 0: {_NUMBERS_FROM_NAMES}; numbers to predict: head="linear"'
    if low != 0:
        raise RequestError(f"y: got classes from {low} to {high}, {allowed}")
    if high == 0:
        raise RequestError("y: got the one class 0, allowed are two classes or more")
    if high >= len(y):
        raise RequestError(
            f"y: got classes up to {high} with {len(y)} examples, allowed are fewer classes than examples: "
            f'{_NUMBERS_FROM_NAMES}; numbers to predict: head="linear"'
        )
    if absent := sorted(set(range(high + 1)) - set(np.unique(y).tolist())):
        raise RequestError(f"y: got classes up to {high} and no example of {_few(absent)}, {allowed}")
    return y


def _some(y: np.ndarray) -> str:
    return _few(np.unique(y).tolist())


def _few(values: list[Plain]) -> str:
    shown = ", ".join(map(str, values[:_MOST_SHOWN]))
    return f"{shown}, …" if len(values) > _MOST_SHOWN else shown
