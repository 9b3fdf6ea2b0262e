"""The axes of a stack: `[seeds, cells, …]`, or the cells on another axis where a weight is stored so."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops


def along_cells(values: Sequence[float], like: Any, axis: int = 1) -> Any:
    """Numbers of the cells as a tensor that broadcasts against `like` and has its type; one number where all agree."""
    if len(set(values)) == 1:
        return values[0]
    shape = [1] * len(like.shape)
    shape[axis] = len(values)
    return ops.convert_to_tensor(np.reshape(values, shape), dtype=like.dtype)


def along_trials(values: Any, like: Any, axis: int = 1) -> Any:
    """Numbers of the trials, `[seeds, cells]`, as a tensor that broadcasts against `like`."""
    shape = [1] * len(like.shape)
    shape[0], shape[axis] = values.shape
    return ops.reshape(values, shape)


def within_trial(x: Any, axis: int = 1) -> list[int]:
    """The axes of a stacked tensor that lie within a trial."""
    return [one for one in range(len(x.shape)) if one not in (0, axis)]


def for_each_cell(x: Any, cells: int) -> Any:
    """A tensor with the whole cell axis, also where all cells still share it."""
    if x.shape[1] == cells:
        return x
    return ops.broadcast_to(x, (x.shape[0], cells, *x.shape[2:]))


def equal_runs(values: Sequence[Any]) -> list[tuple[int, int]]:
    """Where runs of equal neighbours start and stop.

    >>> equal_runs(["a", "a", "b"])
    [(0, 2), (2, 3)]
    """
    starts = [at for at in range(len(values)) if at == 0 or values[at - 1] != values[at]]
    return list(zip(starts, [*starts[1:], len(values)], strict=True))
