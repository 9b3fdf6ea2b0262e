"""A world: which configurations a simulated study has, how their scores are drawn, and what is true of them."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

Levels = dict[str, str]
Draw = Callable[[np.random.Generator], np.ndarray]
EPOCHS, SAMPLE = 20, 5_000


@dataclass(frozen=True)
class World:
    """One simulated study.

    factors: name → levels, the baseline's first; no label may occur in two factors.
    draw: scores `[cells, seeds]` in stored units (accuracies from 0 to 1), NaN where a trial diverges.
    mean: the true mean score of every cell, with diverged trials at `constant`.
    rare: of every cell how likely its rarest kind of failure is, and its true mean without that; None where none is.
    design, without, conditions: as in a study file; conditions are factors that change the data. drawn: the places of
    the cells of a random design in the full grid.
    delta: the smallest effect of interest, in stored units; relative: as a share of the reference's mean instead.
    planted: true differences of at least this size are expected to be found; None where nothing is planted.
    missing: `[cells, seeds]` of trials that crashed. fresh: how many fresh seeds follow. manifest, question: keys that
    are added to the manifest, and to the study in it. table: where it is not empty, the trials come as a CSV without
    seeds, its rows sorted by score, and this names the score's column.
    """

    name: str
    about: str
    factors: dict[str, tuple[str, ...]]
    draw: Draw
    mean: np.ndarray
    seeds: int = 10
    design: str = "grid"
    metric: str = "accuracy"
    direction: str = "max"
    constant: float = 0.1
    delta: float = 0.005
    relative: bool = False
    planted: float | None = None
    rare: tuple[np.ndarray, np.ndarray] | None = None
    without: Levels = field(default_factory=dict)
    conditions: tuple[str, ...] = ()
    drawn: tuple[int, ...] = ()
    missing: Draw | None = None
    fresh: int = 0
    tested: bool = True
    table: str = ""
    manifest: dict[str, Any] = field(default_factory=dict)
    question: dict[str, Any] = field(default_factory=dict)

    @property
    def sign(self) -> int:
        """1 where a higher score is better, −1 where a lower one is."""
        return 1 if self.direction == "max" else -1

    @cached_property
    def cells(self) -> list[Levels]:
        """The levels of every cell, in the order of `draw`'s rows."""
        return cells_of(self.factors, self.design, self.drawn)

    @cached_property
    def places(self) -> dict[tuple[str, ...], int]:
        """Where a cell is, by its labels in the order of the factors."""
        return {tuple(cell.values()): at for at, cell in enumerate(self.cells)}

    @cached_property
    def sample(self) -> np.ndarray:
        """Many seeds of every cell, drawn as pages are; what has no simple formula is counted on these."""
        generator, many = np.random.default_rng(1), -(-SAMPLE // self.seeds)
        return np.concatenate([self.draw(generator) for _ in range(many)], axis=1)

    def gain(self, cell: int, other: int, means: np.ndarray | None = None) -> float:
        """What is true: how much better the first cell is than the second, in stored units; positive is better."""
        means = self.mean if means is None else means
        return float(self.sign * (means[cell] - means[other]))

    def chance(self, cell: int, other: int) -> float:
        """How often the first cell scores better on a seed than the second, failures at their cost."""
        one, two = (np.nan_to_num(self.sample[at], nan=self.constant) for at in (cell, other))
        return float((self.sign * (one - two) > 0).mean())

    def trained_gain(self, cell: int, other: int) -> float:
        """The mean difference on the seeds on which both train."""
        return float(self.sign * np.nanmean(self.sample[cell] - self.sample[other]))

    def difference_spread(self, cell: int, other: int) -> float:
        """The standard deviation of the difference on a seed, failures at their cost."""
        one, two = (np.nan_to_num(self.sample[at], nan=self.constant) for at in (cell, other))
        return float((one - two).std())

    def smallest(self, other: int) -> float:
        """Δ beside a reference."""
        return self.delta * abs(float(self.mean[other])) if self.relative else self.delta


def cells_of(factors: dict[str, tuple[str, ...]], design: str = "grid", drawn: Sequence[int] = ()) -> list[Levels]:
    """The cells of a design, the baseline first.

    >>> [list(cell.values()) for cell in cells_of({"a": ("a0", "a1"), "b": ("b0", "b1")}, "one-factor")]
    [['a0', 'b0'], ['a1', 'b0'], ['a0', 'b1']]
    """
    baseline = {name: levels[0] for name, levels in factors.items()}
    if design in ("one-factor", "leave-one-out"):
        return [baseline, *(baseline | {name: label} for name, levels in factors.items() for label in levels[1:])]
    grid = [dict(zip(factors, levels, strict=True)) for levels in itertools.product(*factors.values())]
    return [grid[at] for at in drawn] if design == "random" else grid
