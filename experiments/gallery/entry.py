"""What the tables of the gallery are made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from custom.types import Tensor
from experiments.gallery.numbers import number
from experiments.study.types import KerasPart


@dataclass(frozen=True)
class Span:
    """From a lowest to a highest number, and how a reader has it where that is not "low to high".

    >>> str(Span(0, float("inf"))), str(Span(1, 1)), str(Span(-1, 1, "−δ to δ"))
    ('0 to ∞', 'always 1', '−δ to δ')
    """

    low: float
    high: float
    text: str = ""

    def __str__(self) -> str:
        low, high = number(self.low), number(self.high)
        return self.text or (f"always {low}" if low == high else f"{low} to {high}")


@dataclass(frozen=True)
class Formula:
    """A formula in the signs of `formula.mathml`: what it defines, and (value, where) cases; one case may hold
    everywhere, `where` then being empty."""

    name: str
    cases: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Family:
    """Functions of the same argument, drawn over the same range and measured against the same function.

    argument: the label of the axis. low, high: its range. values, slopes: the ranges of the two plots.
    reference: the title of the entry that costs are ratios to. inputs: what costs are measured on, a name in
    `costs.INPUTS`. reads: what the plots show.
    """

    name: str
    title: str
    reads: str
    argument: str
    low: float
    high: float
    values: tuple[float, float]
    slopes: tuple[float, float]
    reference: str
    inputs: str


@dataclass(frozen=True)
class Entry:
    """A function of the gallery.

    title: its name, of its own. parts: the parts of `custom` that it shows, as `activations.hard_tanh`; none of
    a Keras standard. formula, values, slopes: what it is, and the ranges of its values and of its slopes.
    lines: label → function of a vector, elementwise, in keras.ops. timed: what its cost is measured of.
    snippet: three lines that end in a compiled `model`. note: what to know. beside: the title of the standard
    that is drawn with it. short: the title where there is little room.
    """

    title: str
    family: str
    formula: Formula
    values: Span
    slopes: Span
    lines: dict[str, Callable[[Tensor], Tensor]]
    timed: Callable[..., Tensor]
    snippet: str
    note: str
    parts: tuple[str, ...] = ()
    beside: str = ""
    short: str = ""

    @property
    def name(self) -> str:
        """The title as an id of a page.

        >>> Entry("EarthMover, exponent 1", "", None, None, None, {}, None, "", "").name
        'earth-mover-exponent-1'
        """
        return slug(self.title)


@dataclass(frozen=True)
class Penalty:
    """A regularizer, constraint or penalty layer.

    where: the argument of the two Dense layers that takes it, or "after", for a layer after the hidden one.
    make: makes it. of: what it acts on, and so what its histogram is of. shows: what it changes most, a name in
    `training.MEASURES`. activation: of the hidden layer.
    """

    title: str
    parts: tuple[str, ...]
    formula: Formula
    of: Literal["weights", "activations"]
    shows: Literal["zeros", "near zeros", "largest", "size", "mean"]
    activation: str
    where: Literal["kernel_regularizer", "kernel_constraint", "activity_regularizer", "after"]
    make: Callable[[], KerasPart]
    snippet: str
    note: str

    @property
    def name(self) -> str:
        """The title as an id of a page."""
        return slug(self.title)


def slug(title: str) -> str:
    """A title as an id.

    >>> slug("KLSparsity"), slug("ElasticNet, L1 alone")
    ('kl-sparsity', 'elastic-net-l1-alone')
    """
    spaced = "".join(
        f"-{letter}"
        if letter.isupper() and place and (title[place - 1].islower() or title[place + 1 : place + 2].islower())
        else letter
        for place, letter in enumerate(title)
    )
    return "-".join("".join(letter if letter.isalnum() else " " for letter in spaced.lower()).split())
