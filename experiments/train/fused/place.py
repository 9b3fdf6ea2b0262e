"""The numbers of a trial, by where they belong: the optimizer, a layer, or a part of a layer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from custom.types import Tensor

ACTIVITY = "activity"  # the part of a layer that its activity regularizer penalizes: its outputs


@dataclass(frozen=True)
class Place:
    """Where a number of a trial belongs.

    name: of the attribute, such as "rate" or "l1". layer: its place among the layers; None for the optimizer.
    part: the weight whose regularizer or constraint has the number, or "activity"; None for the layer itself.

    >>> str(Place("l1", 3, "kernel")), str(Place("rate", 2)), str(Place("learning_rate"))
    ('3/kernel/l1', '2/rate', 'optimizer/learning_rate')
    """

    name: str
    layer: int | None = None
    part: str | None = None

    def __str__(self) -> str:
        owner = "optimizer" if self.layer is None else str(self.layer)
        return "/".join([owner, *([] if self.part is None else [self.part]), self.name])

    @classmethod
    def read(cls, text: str) -> "Place":
        """A place as a plan writes it.

        >>> Place.read("3/kernel/l1")
        Place(name='l1', layer=3, part='kernel')
        """
        owner, *part, name = text.split("/")
        return cls(name, None if owner == "optimizer" else int(owner), part[0] if part else None)


LEARNING_RATE = Place("learning_rate")


@dataclass(frozen=True)
class Numbers:
    """The numbers of a stack's cells.

    varying: those that differ, `[cells]` each; they are inputs of the program. fixed: those that all cells have in
    common; they are constants in it. A number that no cell has is 0.
    """

    varying: Mapping[Place, Tensor]
    fixed: Mapping[Place, float]

    def __getitem__(self, place: Place) -> Tensor | float:
        return self.varying[place] if place in self.varying else self.fixed.get(place, 0.0)

    def of(self, layer: int | None = None, part: str | None = None) -> Callable[[str], Tensor | float]:
        """The numbers of the optimizer, of a layer or of a part of it, by name.

        >>> Numbers({}, {Place("rate", 2): 0.5}).of(layer=2)("rate")
        0.5
        """
        return lambda name: self[Place(name, layer, part)]

    def at_rates(self, rates: Tensor) -> "Numbers":
        """The same at other learning rates `[cells]`."""
        return Numbers({**self.varying, LEARNING_RATE: rates}, self.fixed)

    def of_cell(self, cell: int) -> "Numbers":
        """Those of one cell, still with the axis of the cells."""
        return Numbers({place: value[cell : cell + 1] for place, value in self.varying.items()}, self.fixed)
