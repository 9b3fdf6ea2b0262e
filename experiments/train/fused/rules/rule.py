"""What a stacking rule is, and what it sees of a layer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from keras import ops


@dataclass(frozen=True)
class Rule:
    """How a Keras layer computes with a trial axis.

    Every tensor is `[seeds, cells, batch, …]`; what does not yet differ between cells (the input, flattened)
    has the cell axis 1.

    call: (view of the layer, inputs) → outputs. numbers: attributes of the layer that may be another number
    for every trial. functions: attributes that may be another function for every trial. random: the
    distribution that the layer draws from in training ("uniform" or "normal"). refuses: layer → why this one
    can't be stacked, or None.
    """

    call: Callable[["View", Any], Any]
    numbers: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    random: str | None = None
    refuses: Callable[[Any], str | None] = lambda layer: None


@dataclass
class View:
    """A layer as its rule sees it: the layer of one trial, and what the stack holds for all of them.

    layer: of the stack's first cell; what a rule's numbers and functions don't name is the same for all.
    layers: of every cell. training: whether this is a training step. weights: by attribute, stacked.
    merged: attributes whose weight is stored `[seeds, inputs, cells, units]`, for a shared input.
    draws: the numbers drawn for this step, `[seeds, 1, batch, …]`.
    updates: a rule puts new values of weights that are not trained here, by attribute.
    penalties: a rule adds terms of the loss here, `[seeds, cells]`.
    """

    layer: Any
    layers: list[Any]
    training: bool
    weights: dict[str, Any]
    merged: frozenset[str] = frozenset()
    draws: Any = None
    updates: dict[str, Any] = field(default_factory=dict)
    penalties: list[Any] = field(default_factory=list)

    def number(self, name: str, like: Any) -> Any:
        """An attribute of every cell as a tensor that broadcasts against `like`; a plain number where all agree."""
        values = [float(getattr(layer, name)) for layer in self.layers]
        return along_cells(values, like)

    def apply(self, name: str, x: Any) -> Any:
        """Every cell's own function of its outputs: one call for each run of cells that have the same."""
        functions = [getattr(layer, name) for layer in self.layers]
        runs = equal_runs(functions, same_function)
        if len(runs) == 1:
            return functions[0](x)
        x = for_each_cell(x, len(self.layers))
        return ops.concatenate([functions[start](x[:, start:stop]) for start, stop in runs], axis=1)


def along_cells(values: list[float], like: Any) -> Any:
    """Numbers of the cells as a tensor `[1, cells, 1, …]` of the rank and type of `like`; one where all agree."""
    if len(set(values)) == 1:
        return values[0]
    shape = (1, len(values)) + (1,) * (len(like.shape) - 2)
    return ops.convert_to_tensor(np.reshape(values, shape), dtype=like.dtype)


def for_each_cell(x: Any, cells: int) -> Any:
    """A tensor with the whole cell axis, also where all cells still share it."""
    if x.shape[1] == cells:
        return x
    return ops.broadcast_to(x, (x.shape[0], cells, *x.shape[2:]))


def equal_runs(values: list[Any], same: Callable[[Any, Any], bool]) -> list[tuple[int, int]]:
    """Where runs of equal neighbours start and stop.

    >>> equal_runs(["a", "a", "b"], lambda one, other: one == other)
    [(0, 2), (2, 3)]
    """
    starts = [at for at in range(len(values)) if at == 0 or not same(values[at - 1], values[at])]
    return list(zip(starts, [*starts[1:], len(values)], strict=True))


def same_function(one: Any, other: Any) -> bool:
    """Whether two functions compute the same: the same one, or parts of one class and configuration."""
    if one is other:
        return True
    bound = [(f.func, f.args, f.keywords) for f in (one, other) if hasattr(f, "func")]
    if len(bound) == 2:
        return bound[0] == bound[1]
    configured = [(type(f), f.get_config()) for f in (one, other) if hasattr(f, "get_config")]
    return len(configured) == 2 and configured[0] == configured[1]
