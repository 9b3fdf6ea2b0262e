"""Losses of a stack: each computed once, for all cells that have it."""

from collections.abc import Callable
from typing import Any

import numpy as np
from keras import ops

from experiments.recipes.supervised.objective import Objective
from experiments.train.fused.axes import equal_runs, for_each_cell, joined, parted


class Losses:
    """The losses of a stack's cells, by (name, objective): equal names are equal losses."""

    def __init__(self, of_cells: list[tuple[str, Objective]]) -> None:
        self._runs = equal_runs([name for name, _ in of_cells])
        self._objectives: dict[str, Objective] = {}
        self._members: dict[str, list[int]] = {}  # of each loss, which runs
        for run, (start, _) in enumerate(self._runs):
            name, objective = of_cells[start]
            self._objectives.setdefault(name, objective)
            self._members.setdefault(name, []).append(run)

    def __call__(self, y: Any, z: Any, finish: Callable[[Any], Any] = lambda loss: loss) -> Any:
        """Every example's loss `[seeds, cells, batch]`, of targets `[seeds, batch, …]` and raw scores.

        finish: of the losses of some cells, such as the mean over the batch.
        """
        runs = parted(z, self._runs)
        pieces: dict[int, Any] = {}
        for name, members in self._members.items():
            part = joined([runs[run] for run in members])
            targets = for_each_cell(ops.expand_dims(y, 1), part.shape[1])
            loss = finish(self._objectives[name].call(targets, part))
            stops = np.cumsum([self._runs[run][1] - self._runs[run][0] for run in members])
            of_members = parted(loss, list(zip([0, *stops[:-1]], stops, strict=True)))
            pieces |= dict(zip(members, of_members, strict=True))
        return joined([pieces[run] for run in sorted(pieces)])
