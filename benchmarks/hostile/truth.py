"""Whether a claim is true in a world."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from hostile.claims import Claim
from hostile.names import Names
from hostile.world import Levels, World

from experiments.study.columns import RATE

TINY = 1e-12
TERMS = ("all three together", "three or more together")


@dataclass(frozen=True)
class Truth:
    """A world as a page's claims are held against it.

    means: the true mean of every cell. names: of the page, whose baseline may be another than the world's.
    """

    world: World
    means: np.ndarray
    names: Names

    def place(self, levels: Levels) -> int:
        """Where a cell is in the world."""
        return self.world.places[tuple(levels[name] for name in self.world.factors)]

    def gain(self, one: Levels, other: Levels) -> float:
        """How much better one is than the other."""
        return self.world.gain(self.place(one), self.place(other), self.means)

    def alike(self, one: Levels, other: Levels) -> bool:
        """Whether they differ by less than matters."""
        return abs(self.gain(one, other)) < self.world.smallest(self.place(other)) - TINY

    @property
    def baseline(self) -> Levels:
        """The declared baseline."""
        return {name: self.names.study.baseline[name] for name in self.world.factors}

    @property
    def changes(self) -> list[tuple[str, str, Levels]]:
        """Every single change to the baseline that is among the cells, but for tuned rates and conditions."""
        left = {*self.names.study.conditions, *([RATE] if self.names.findings.tuned else [])}
        found = []
        for name, labels in self.world.factors.items():
            for label in labels:
                changed = self.baseline | {name: label}
                if name not in left and label != self.baseline[name] and tuple(changed.values()) in self.world.places:
                    found.append((name, label, changed))
        return found

    def gains_at(self, factor: str, label: str, other: str) -> list[float]:
        """What a level gains over the baseline's with each level of another factor."""
        found = []
        for at in self.world.factors[other]:
            held = self.baseline | {other: at, factor: label}
            if tuple(held.values()) in self.world.places:
                found.append(self.gain(held, held | {factor: self.baseline[factor]}))
        return found

    def beats_all(self, place: int) -> bool:
        """Whether a cell is strictly better than each other."""
        signed = self.world.sign * self.means
        return bool((np.delete(signed, place) < signed[place] - TINY).all())

    def shares(self) -> dict[str, float]:
        """Shares of the variance of the true means by source, as a page names them; none where nothing differs."""
        world = self.world
        names = [name for name, labels in world.factors.items() if len(labels) > 1]
        grid = self.means.reshape([len(world.factors[name]) for name in names])
        parts: dict[str, float] = {}
        effects: dict[tuple[int, ...], np.ndarray] = {(): grid.mean(keepdims=True)}
        for size in range(1, grid.ndim + 1):
            for some in itertools.combinations(range(grid.ndim), size):
                others = tuple(axis for axis in range(grid.ndim) if axis not in some)
                below = [effects[part] for less in range(size) for part in itertools.combinations(some, less)]
                effects[some] = grid.mean(axis=others, keepdims=True) - sum(below)
                spread = float((effects[some] ** 2).sum()) * grid.size / effects[some].size
                key = " × ".join(names[axis].replace("_", " ") for axis in some) if size < 3 else TERMS[grid.ndim > 3]
                parts[key] = parts.get(key, 0.0) + spread
        total = sum(parts.values())
        return {key: part / total for key, part in parts.items()} if total > TINY**2 * grid.size else {}


def _contrast(claim: Claim, truth: Truth) -> float:
    """How much more a level gains with one level of another factor than with another, others at the baseline."""
    ((factor, label),) = truth.names.named(claim.said.one).items()
    base = truth.baseline
    parts = [base | truth.names.named(part) for part in (claim.said.other, claim.said.third)]
    gains = [truth.gain(held | {factor: label}, held | {factor: base[factor]}) for held in parts]
    return gains[0] - gains[1]


def _same_gains(claim: Claim, truth: Truth) -> bool:
    return abs(_contrast(claim, truth)) < truth.world.smallest(truth.place(truth.baseline)) - TINY


def _behind(truth: Truth, place: int) -> float:
    """How far a cell is behind the best of the others; below 0 where it is ahead."""
    signed = truth.world.sign * truth.means
    return float(np.delete(signed, place).max() - signed[place])


def _close(claim: Claim, truth: Truth) -> bool:
    """Whether so many cells besides what ranks first are less than what matters behind the best."""
    first = truth.place(truth.names.cell_levels(truth.names.findings.best["cell"]))
    others = [at for at in range(len(truth.means)) if at != first]
    close = [_behind(truth, at) < truth.world.smallest(first) - TINY for at in others]
    return sum(close) >= int(claim.said.one)


def _depends(claim: Claim, truth: Truth) -> bool:
    """Whether a level gains with one level of another factor and loses with another."""
    (factor, label), *_ = truth.names.named(claim.said.one).items()
    if claim.said.kind == "depends on":
        others = [name for name in truth.names.study.varied if name != factor and name in truth.world.factors]
        others = [name for name in others if not claim.said.other or name.replace("_", " ") == claim.said.other]
        signs = [truth.gains_at(factor, label, other) for other in others]
        return any(max(some) > TINY and min(some) < -TINY for some in signs)
    base = truth.baseline
    with_, against = (base | truth.names.named(part) for part in (claim.said.other, claim.said.third))
    gains = [truth.gain(held | {factor: label}, held | {factor: base[factor]}) for held in (with_, against)]
    return gains[0] > TINY and gains[1] < -TINY


def _largest(claim: Claim, truth: Truth) -> bool:
    sign = -1 if claim.said.kind == "largest loss" else 1
    gains = [sign * truth.gain(levels, truth.baseline) for _, _, levels in truth.changes]
    return sign * truth.gain(claim.one, truth.baseline) >= max(gains) - TINY


def _most(claim: Claim, truth: Truth) -> bool | None:
    if truth.world.design != "grid":
        return None
    shares = truth.shares()
    own = shares.get(claim.said.one.lower(), 0.0)
    return bool(shares) and own >= max(shares.values()) - TINY


def _matters(claim: Claim, truth: Truth) -> bool | None:
    return truth.shares().get(claim.said.one.lower(), 0.0) > TINY if truth.world.design == "grid" else None


JUDGES: dict[str, Callable[[Claim, Truth], bool | None]] = {
    "better": lambda claim, truth: truth.gain(claim.one, claim.other) > TINY,
    "worse": lambda claim, truth: truth.gain(claim.one, claim.other) < -TINY,
    "same": lambda claim, truth: truth.alike(claim.one, claim.other),
    "every same": lambda claim, truth: all(truth.alike(cell, truth.baseline) for cell in truth.world.cells),
    "levels same": lambda claim, truth: all(truth.alike(levels, truth.baseline) for *_, levels in truth.changes),
    "largest": _largest,
    "largest loss": _largest,
    "out": lambda claim, truth: not truth.beats_all(truth.place(claim.one)),
    "others out": lambda claim, truth: (
        not any(truth.beats_all(at) for at in range(len(truth.means)) if at != truth.place(claim.one))
    ),
    "best of all": lambda claim, truth: truth.beats_all(truth.place(claim.one)),
    "depends": _depends,
    "depends on": _depends,
    "differs": lambda claim, truth: _contrast(claim, truth) > TINY,
    "same gains": _same_gains,
    "close": _close,
    "most": _most,
    "matters": _matters,
}
INTERVALS = ("gain", "trained gain", "test gain", "difference of gains", "behind", "share", "chance")


def holds(claim: Claim, truths: list[Truth]) -> bool | None:
    """Whether a claim is true by any of the truths that the page may mean; None for an interval, or if unknown.

    truths: the world's, and where a page says that it can't see rare failures, the world without those.
    """
    if claim.said.kind in INTERVALS:
        return None
    found = [JUDGES[claim.said.kind](claim, truth) for truth in truths]
    return None if None in found else any(found)


def covers(claim: Claim, truth: Truth, factor: float) -> bool:
    """Whether a printed interval holds the true number, up to the rounding of its ends. factor: of what is printed."""
    world, said = truth.world, claim.said
    if said.kind == "share":
        true = 100 * truth.shares().get(said.one.lower(), 0.0)
    elif said.kind == "chance":
        true = 100 * world.chance(truth.place(claim.one), truth.place(claim.other))
    elif said.kind == "difference of gains":
        true = factor * _contrast(claim, truth)
    elif said.kind == "behind":
        return factor * _behind(truth, truth.place(claim.one)) <= _number(said.high) + _half(said.high) + TINY
    elif said.kind == "trained gain":
        true = factor * world.trained_gain(truth.place(claim.one), truth.place(claim.other))
    else:
        true = factor * truth.gain(claim.one, claim.other)
    low, high = (_number(end) for end in (said.low, said.high))
    return low - _half(said.low) - TINY <= true <= high + _half(said.high) + TINY


def _number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


def _half(text: str) -> float:
    """Half a unit of the last digit that is printed."""
    digits, _, power = text.partition("e")
    places = len(digits.partition(".")[2])
    return 0.5 * 10.0 ** (float(power.replace("−", "-") or 0) - places)
