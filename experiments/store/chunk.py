"""A part of the plan of a run: which trials train as one stack, in which order."""

from dataclasses import dataclass, replace

from experiments.study.trial import digest
from experiments.study.types import PlainTable

Pair = tuple[str, int]  # the id of a cell, and a seed: a trial


@dataclass(frozen=True)
class Chunk:
    """Cells by seeds, in the order of their slots.

    cells, seeds: ids of cells, and seeds; every pair is a trial. varying: the numbers that are inputs of the
    compiled program; all others are constants in it. program: chunks of the same one share a compiled program.

    Last bits of a result depend on all of these, so they are kept before training and used again.
    """

    cells: tuple[str, ...]
    seeds: tuple[int, ...]
    varying: tuple[str, ...]
    program: str

    def __len__(self) -> int:
        return len(self.cells) * len(self.seeds)

    @property
    def trials(self) -> list[Pair]:
        """Cell and seed of every trial."""
        return [(cell, seed) for seed in self.seeds for cell in self.cells]

    def halves(self) -> list["Chunk"]:
        """Two chunks of half the trials, for a machine on which one did not fit; of one trial none."""
        if len(self.cells) > 1:
            middle = len(self.cells) // 2
            parts: list[PlainTable] = [{"cells": self.cells[:middle]}, {"cells": self.cells[middle:]}]
        elif len(self.seeds) > 1:
            middle = len(self.seeds) // 2
            parts = [{"seeds": self.seeds[:middle]}, {"seeds": self.seeds[middle:]}]
        else:
            return []
        return [replace(self, **part, program=digest([self.program, str(part)])) for part in parts]
