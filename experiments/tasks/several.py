"""Several outputs of a model as one row of numbers: which columns are whose."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from experiments.study import catalog


@dataclass(frozen=True)
class Output:
    """One of several outputs: its head, and how many numbers the model gives for it.

    >>> Output("softmax", 3).columns, Output("multi_label", 3).columns
    (1, 3)
    """

    head: str
    outputs: int

    @property
    def columns(self) -> int:
        """How many columns of y are its targets: one for a class."""
        return 1 if catalog.HEADS[self.head].target == "class" else self.outputs


@dataclass(frozen=True)
class Place:
    """Where an output stands: from which column to which of y, and of the row of all raw scores."""

    name: str
    head: str
    outputs: int
    targets: tuple[int, int]
    scores: tuple[int, int]

    def targets_in(self, y: np.ndarray) -> np.ndarray:
        """Its targets as a task with that head has them. y: `[examples, columns]`, of all outputs."""
        own = y[:, slice(*self.targets)]
        return own[:, 0].astype(np.int64) if catalog.HEADS[self.head].target == "class" else own


def places(several: Mapping[str, Output]) -> list[Place]:
    """The outputs in order, one after another.

    >>> [place.scores for place in places({"kind": Output("softmax", 3), "size": Output("linear", 2)})]
    [(0, 3), (3, 5)]
    """
    found: list[Place] = []
    column = score = 0
    for name, output in several.items():
        ends = column + output.columns, score + output.outputs
        found.append(Place(name, output.head, output.outputs, (column, ends[0]), (score, ends[1])))
        column, score = ends
    return found


def in_one_row(parts: Iterable[np.ndarray]) -> np.ndarray:
    """Targets of all outputs, `[examples, columns]` float32. parts: as tasks have them, in the order of the outputs."""
    return np.concatenate([np.asarray(part, np.float32).reshape(len(part), -1) for part in parts], axis=1)
