"""A task from a user's own NumPy arrays."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from experiments.errors import RequestError, unknown
from experiments.tasks.split import FIXED_SEED, split
from experiments.tasks.task import Data, Task

HEADS = ("softmax", "sigmoid", "linear")
FEWEST = 10
_NUMBERS_FROM_NAMES = "np.unique(y, return_inverse=True)[1] makes them"


def from_arrays(
    x: Any,
    y: Any,
    *,
    head: str | None = None,
    metrics: str | Sequence[str] = (),
    validation: float = 0.2,
    test: float = 0.2,
    resample: bool = True,
) -> Task:
    """A task from arrays, kept once and split by index lists.

    x: `[examples, …]`, finite numbers; uint8 stays uint8, everything else becomes float32. Scale 1.
    y: whole numbers or booleans, `[examples]` or `[examples, 1]`, are classes, from 0; floats, `[examples]`
    or `[examples, outputs]`, are targets of a regression.
    head: "softmax" (the default for classes), "sigmoid" (for labels 0 and 1: one output) or "linear" (the
    default for floats; takes whole numbers as well).
    metrics: a name in `catalog.METRICS`, or several, of which the first ranks; by default those of the head.
    validation, test: shares, each above 0, together below 1; every class in its share.
    resample: whether the seed draws the split; otherwise each seed has the split of `split.FIXED_SEED`.

    Raises RequestError for arrays of different lengths, fewer than 10 examples, NaN or infinity, text,
    classes that do not start at 0, or a head that does not fit y.

    >>> task = from_arrays(np.random.default_rng(0).random((50, 4)), np.arange(50) % 3)
    >>> task.head, task.input_shape, task.outputs, task.draw(0).x.dtype
    ('softmax', (4,), 3, dtype('float32'))
    """
    x = _examples(x)
    y = np.asarray(y)
    if y.ndim == 0 or len(x) != len(y):
        raise RequestError(
            f"x and y: got {len(x)} and {len(y) if y.ndim else 'no'} examples, allowed are as many of each"
        )
    if len(x) < FEWEST:
        raise RequestError(f"x: got {len(x)} examples, allowed are {FEWEST} or more")
    if head not in (None, *HEADS):
        raise RequestError(unknown("head", head, HEADS))
    if y.dtype.kind not in "buif":
        raise RequestError(
            f"y: got {y.dtype} values such as {y.ravel().tolist()[0]!r}, allowed are numbers; "
            f"for classes whole numbers from 0: {_NUMBERS_FROM_NAMES}"
        )
    head = head or ("linear" if y.dtype.kind == "f" else "softmax")
    y = _targets(y) if head == "linear" else _classes(y, head)
    outputs = {"linear": y.shape[-1], "sigmoid": 1, "softmax": int(y.max()) + 1}[head]
    labels = None if head == "linear" else y
    split(len(y), FIXED_SEED, labels=labels, validation=validation, test=test)  # shares that can't be: say so now
    draw = partial(_draw, x, y, labels=labels, validation=validation, test=test, resample=resample)
    return Task(head, x.shape[1:], outputs, draw, (metrics,) if isinstance(metrics, str) else tuple(metrics))


def _draw(
    x: np.ndarray,
    y: np.ndarray,
    seed: int,
    *,
    labels: np.ndarray | None,
    validation: float,
    test: float,
    resample: bool,
) -> Data:
    chosen = seed if resample else FIXED_SEED
    return Data(x, y, *split(len(y), chosen, labels=labels, validation=validation, test=test))


def _examples(x: Any) -> np.ndarray:
    x = np.asarray(x)
    if x.dtype.kind not in "buif":
        raise RequestError(f"x: got {x.dtype} values, allowed are numbers")
    if x.ndim < 2:
        raise RequestError(
            f"x: got the shape {list(x.shape)}, allowed is [examples, …]; one number an example: x.reshape(-1, 1)"
        )
    if x.dtype == np.uint8:
        return x
    return _finite("x", x)


def _finite(name: str, values: np.ndarray) -> np.ndarray:
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


def _targets(y: np.ndarray) -> np.ndarray:
    if y.ndim > 2:
        raise RequestError(f"y: got the shape {list(y.shape)}, allowed is [examples] or [examples, outputs]")
    return _finite("y", y.reshape(len(y), -1))


def _classes(y: np.ndarray, head: str) -> np.ndarray:
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1:
        raise RequestError(f"y: got the shape {list(y.shape)}, allowed is [examples]; one-hot labels: y.argmax(axis=1)")
    if y.dtype.kind == "f" and not (np.isfinite(y) & (y == np.round(y))).all():
        raise RequestError(f'y: got fractions, NaN or infinity with head "{head}", allowed are whole numbers from 0')
    low, high = int(y.min()), int(y.max())
    y = y.astype(np.int64)
    if head == "sigmoid" and not (low == 0 and high == 1):
        raise RequestError(
            f'y: got labels from {low} to {high} with head "sigmoid", allowed are 0 and 1; more classes: head="softmax"'
        )
    if low != 0:
        raise RequestError(
            f"y: got classes from {low} to {high}, allowed are whole numbers from 0: {_NUMBERS_FROM_NAMES}; "
            'numbers to predict: head="linear"'
        )
    if high == 0:
        raise RequestError("y: got the one class 0, allowed are two classes or more")
    if high >= len(y):
        raise RequestError(
            f"y: got classes up to {high} with {len(y)} examples, allowed are fewer classes than examples: "
            f'{_NUMBERS_FROM_NAMES}; numbers to predict: head="linear"'
        )
    return y
