"""The axes of a stack: `[seeds, cells, …]`, or the cells on another axis where a weight is stored so."""

from collections.abc import Sequence
from dataclasses import dataclass

from keras import ops

from custom.types import Tensor


@dataclass(frozen=True)
class Span:
    """Neighbours: from the place `start` up to the place `stop`, which is no longer one of them.

    >>> len(Span(2, 5))
    3
    """

    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start


def along_cells(number: Tensor | float, like: Tensor, axis: int = 1) -> Tensor | float:
    """Numbers of the cells, `[cells]`, as a tensor that broadcasts against `like`; a plain number as it is."""
    if isinstance(number, float):
        return number
    shape = [1] * len(like.shape)
    shape[axis] = number.shape[0]
    return ops.reshape(number, shape)


def along_trials(values: Tensor, like: Tensor, axis: int = 1) -> Tensor:
    """Numbers of the trials, `[seeds, cells]`, as a tensor that broadcasts against `like`."""
    shape = [1] * len(like.shape)
    shape[0], shape[axis] = values.shape
    return ops.reshape(values, shape)


def along_examples(values: Tensor, like: Tensor) -> Tensor:
    """Numbers of the units, `[seeds, cells, units]`, as a tensor that broadcasts against `[seeds, cells, …, units]`."""
    shape = values.shape
    return ops.reshape(values, (*shape[:2], *(1,) * (len(like.shape) - 3), shape[-1]))


def within_trial(x: Tensor, axis: int = 1) -> list[int]:
    """The axes of a stacked tensor that lie within a trial."""
    return [other for other in range(len(x.shape)) if other not in (0, axis)]


def squared_norm(x: Tensor, axis: int = 1) -> Tensor:
    """The squared Euclidean norm of each trial's part, `[seeds, cells]`."""
    return ops.sum(ops.square(x), axis=within_trial(x, axis))


def for_each_cell(x: Tensor, cells: int) -> Tensor:
    """A tensor with the whole cell axis, also where all cells still share it."""
    if x.shape[1] == cells:
        return x
    return ops.broadcast_to(x, (x.shape[0], cells, *x.shape[2:]))


def equal_runs(values: Sequence[object]) -> list[Span]:
    """The runs of equal neighbours.

    >>> equal_runs(["a", "a", "b"])
    [Span(start=0, stop=2), Span(start=2, stop=3)]
    """
    starts = [at for at in range(len(values)) if at == 0 or values[at - 1] != values[at]]
    return [Span(*of) for of in zip(starts, [*starts[1:], len(values)], strict=True)]


def split(x: Tensor, runs: Sequence[Span]) -> list[Tensor]:
    """A tensor cut along its cells. (By one split, whose gradient is one joining; slices would each pad theirs.)"""
    return ops.split(x, [run.start for run in runs[1:]], axis=1) if len(runs) > 1 else [x]


def join(parts: Sequence[Tensor]) -> Tensor:
    """Parts of the cells side by side."""
    return ops.concatenate(parts, axis=1) if len(parts) > 1 else parts[0]


def trial_parts(stacked: Tensor, axis: int) -> list[list[Tensor]]:
    """A stacked tensor as tensors of one trial each, by seed and cell."""
    seeds, cells = stacked.shape[0], stacked.shape[axis]
    of_seeds = ops.split(stacked, seeds, axis=0) if seeds > 1 else [stacked]
    return [ops.split(part, cells, axis=axis) if cells > 1 else [part] for part in of_seeds]
