"""What a stacking rule is, and what it sees of a layer."""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from custom.types import Tensor
from experiments.study.types import KerasPart, Plain
from experiments.train.fused.axes import Span, along_cells, equal_runs, for_each_cell, join, split


def _outputs(layer: KerasPart) -> int:
    counts = bool(layer.weights) or hasattr(layer, "activation")
    return math.prod(layer.output.shape[1:]) if counts else 0


@dataclass(frozen=True)
class Rule:
    """How a Keras layer computes with a trial axis.

    Every tensor is `[seeds, cells, batch, …]`; what does not yet differ between cells (the input, flattened)
    has the cell axis 1.

    call: (view of the layer, inputs) → outputs. numbers: attributes of the layer that may be another number
    for every trial. functions: attributes that may be another function for every trial. random: the
    distribution that the layer draws from in training ("uniform" or "normal"). merges: whether a weight named
    "kernel" is stored `[seeds, inputs, cells, units]` where all cells share the layer's input.
    penalizes: whether it adds terms to the loss.
    slow_in_xla: the kinds of devices ("cpu", "gpu", "tpu") for which XLA has no fast code for it. On these a program
    that has such a layer is left to the backend itself, and every rule in it sees one trial at a time.
    kept: layer → how many numbers an example leaves for the backward pass; by default none for a layer without
    weights that is no activation, else its outputs.
    family: layers of one family, as far as they have no weights, may stand in for one another from cell to cell.
    refuses: layer → why this one can't be stacked, or None.

    The rule of a layer that multiplies its input by one number, an attribute of its own:

    >>> Rule(lambda view, x: x * view.number("factor", x), numbers=("factor",)).numbers
    ('factor',)
    """

    call: Callable[..., Tensor]
    numbers: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    random: str | None = None
    merges: bool = False
    penalizes: bool = False
    slow_in_xla: frozenset[str] = frozenset()
    kept: Callable[[KerasPart], int] = _outputs
    family: str | None = None
    refuses: Callable[[KerasPart], str | None] = lambda layer: None


@dataclass
class View:
    """A layer as its rule sees it: the layer of one trial, and what the stack holds for all of them.

    layer: of the stack's first cell; what a rule's numbers and functions don't name is the same for all.
    layers: of every cell. training: whether this is a training step. weights: by their names, stacked.
    merged: whether the kernel is stored `[seeds, inputs, cells, units]`, for a shared input.
    draws: the numbers drawn for this step, `[seeds, 1, batch, …]`; None where the layer has no generator, for its
    rate is 0. numbers: by attribute, one for all or `[cells]`.
    updates: a rule puts new values of weights that are not trained here, by their names.
    penalties: a rule adds terms of the loss here, `[seeds, cells]`.

    A rule is called with a view and the layer's inputs. Here with one of a layer that has a number for each of 2 cells:

    >>> import numpy as np
    >>> view = View(None, [None, None], True, {}, {"factor": np.array([1.0, 10.0], "float32")})
    >>> x = np.ones((1, 2, 1, 1), "float32")  # 1 seed, 2 cells, 1 example, 1 unit
    >>> np.asarray(x * view.number("factor", x)).ravel()
    array([ 1., 10.], dtype=float32)
    """

    layer: KerasPart
    layers: list[KerasPart]
    training: bool
    weights: dict[str, Tensor]
    numbers: dict[str, Tensor | float]
    merged: bool = False
    draws: Tensor | None = None
    updates: dict[str, Tensor] = field(default_factory=dict)
    penalties: list[Tensor] = field(default_factory=list)

    def number(self, name: str, like: Tensor) -> Tensor | float:
        """An attribute of every cell as a tensor that broadcasts against `like`; a plain number where all agree."""
        return along_cells(self.numbers[name], like)

    def apply(self, name: str, x: Tensor) -> Tensor:
        """Every cell's own function of its outputs: one call for each run of cells that have the same."""
        functions = [getattr(layer, name) for layer in self.layers]
        runs = equal_runs([function_key(function) for function in functions])
        if len(runs) == 1:
            return functions[0](x)
        parts = split(for_each_cell(x, len(self.layers)), runs)
        return join([functions[run.start](part) for run, part in zip(runs, parts, strict=True)])

    def part(self, run: Span) -> "View":
        """The same for some of the cells, of a layer without weights."""
        some = slice(run.start, run.stop)
        numbers = {name: value if isinstance(value, float) else value[some] for name, value in self.numbers.items()}
        return replace(self, layer=self.layers[run.start], layers=self.layers[some], numbers=numbers)


def function_key(function: KerasPart) -> Plain:
    """A function by what it computes, as JSON values: its import path, or a part's class and configuration."""
    if hasattr(function, "get_config"):
        config = {key: value for key, value in function.get_config().items() if key != "name"}
        return [type(function).__module__, type(function).__qualname__, config]
    if hasattr(function, "func"):
        settings = [repr(argument) for argument in (*function.args, *sorted(function.keywords.items()))]
        return [function_key(function.func), settings]
    return [function.__module__, function.__qualname__]


def can_be_told_apart(function: KerasPart) -> bool:
    """Whether `function_key` is that of no other function: a lambda, a closure or a method has no path of its own."""
    if hasattr(function, "get_config"):
        return True
    if hasattr(function, "func"):
        return can_be_told_apart(function.func)
    found: KerasPart = sys.modules.get(getattr(function, "__module__", None) or "")
    for name in getattr(function, "__qualname__", "").split("."):
        found = getattr(found, name, None)
    return found is function
