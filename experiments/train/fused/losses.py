"""What a stack minimizes: losses, each computed once for all cells that have it, and penalties."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from keras import ops

from custom.tensors import mean
from custom.types import Tensor
from experiments.recipes.stacking import PerExample, StackedLoss
from experiments.study.trial import canonical
from experiments.train.fused.axes import Span, equal_runs, for_each_cell, join, split
from experiments.train.fused.layout import Layout
from experiments.train.fused.place import Numbers
from experiments.train.fused.rules import penalties


class Losses:
    """The losses of a stack's cells: those of equal keys are computed together."""

    def __init__(self, of_cells: list[StackedLoss]) -> None:
        keys = [canonical(loss.key) for loss in of_cells]
        self._runs = equal_runs(keys)
        self._calls: dict[str, PerExample] = {}
        self._members: dict[str, list[int]] = {}  # of each loss, which runs
        for run, span in enumerate(self._runs):
            key = keys[span.start]
            self._calls.setdefault(key, of_cells[span.start].call)
            self._members.setdefault(key, []).append(run)
        self.of_batch = any(loss.of_batch for loss in of_cells)

    def __call__(self, y: Tensor, z: Tensor, finish: Callable[[Tensor], Tensor] = lambda loss: loss) -> Tensor:
        """Every example's loss `[seeds, cells, batch]`, of targets `[seeds, batch, …]` and outputs.

        finish: of the losses of some cells, such as the mean over the batch.
        """
        runs = split(z, self._runs)
        pieces: dict[int, Tensor] = {}
        for key, members in self._members.items():
            part = join([runs[run] for run in members])
            targets = for_each_cell(ops.expand_dims(y, 1), part.shape[1])
            loss = finish(self._calls[key](targets, part))
            stops = [0, *map(int, np.cumsum([len(self._runs[run]) for run in members]))]
            of_members = split(loss, [Span(*of) for of in pairwise(stops)])
            pieces |= dict(zip(members, of_members, strict=True))
        return join([pieces[run] for run in sorted(pieces)])


class Cost:
    """The loss of every trial of a layout, by each cell's own function."""

    def __init__(self, layout: Layout, losses: Losses) -> None:
        self._layout, self.of_examples = layout, losses

    def total(self, trained: list[Tensor], numbers: Numbers, y: Tensor, outputs: Tensor, terms: list[Tensor]) -> Tensor:
        """The loss on a batch, `[seeds, cells]`. terms: penalties that the forward pass gave."""
        of_batch = self.of_examples(y, outputs, lambda loss: mean(loss, axis=-1))
        return of_batch + self.penalty(trained, numbers, terms)

    def penalty(self, trained: list[Tensor], numbers: Numbers, terms: list[Tensor]) -> Tensor | float:
        """The penalties of weights and outputs, `[seeds, cells]`; 0.0 where there are none."""
        return sum(terms, weight_penalty(self._layout, range(len(trained)), trained, numbers))


def weight_penalty(layout: Layout, places: Sequence[int], values: list[Tensor], numbers: Numbers) -> Tensor | float:
    """The penalties of some trained weights, `[seeds, cells]`; 0.0 where there are none.

    places: theirs in the layout's `trained`. values: of these weights, in this order.
    """
    total: Tensor | float = 0.0
    for place, value in zip(places, values, strict=True):
        weight = layout.trained[place]
        of_weight = numbers.of(weight.layer, weight.name)
        term = penalties.of_weight(layout.penalties[place], of_weight, value, weight.cell_axis)
        total = total if term is None else total + term
    return total
