"""The worlds: one line of what each is, how it is drawn, and what is true in it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from hostile.draws import (
    Counted,
    Errors,
    Gains,
    Noise,
    Plain,
    Resplit,
    WorstDiverge,
    collapsing,
    exponential,
    heavy,
    lognormal,
    scale,
)
from hostile.world import World, cells_of

POINT = 0.01


def levels(*counts: int) -> dict[str, tuple[str, ...]]:
    """Factors with so many levels: a0, a1, … of the first, b0, … of the second."""
    names = ("activation", "loss", "regularizer")
    letters = zip(names, "abc", counts, strict=False)
    return {name: tuple(f"{letter}{at}" for at in range(count)) for name, letter, count in letters}


def plain(
    name: str,
    about: str,
    counts: tuple[int, ...],
    gains: Gains,
    *,
    seeds: int = 10,
    design: str = "grid",
    drawn: tuple[int, ...] = (),
    constant: float = 0.1,
    collapse: Mapping[str, tuple[float, float]] | None = None,
    noises: Mapping[str, Noise] | None = None,
    failing: Mapping[str, float] | None = None,
    factors: dict[str, tuple[str, ...]] | None = None,
    options: dict[str, Any] | None = None,
    **world: Any,
) -> World:
    """A world of `Plain`. collapse: by label the share of seeds that lose, and how many points. options: of `Plain`."""
    factors = factors or levels(*counts)
    cells = cells_of(factors, design, drawn)
    lost = {label: share * points for label, (share, points) in (collapse or {}).items()}
    noises = {**(noises or {}), **{label: collapsing(*law) for label, law in (collapse or {}).items()}}
    draw = Plain(cells, seeds, gains, noises=noises, failing=failing, **(options or {}))
    by_cell = {at: amount for at, cell in enumerate(cells) for label, amount in lost.items() if label in cell.values()}
    mean, rare = draw.mean(constant, by_cell), None
    if lost:
        likely = np.array([next((collapse[label][0] for label in c.values() if label in collapse), 0.0) for c in cells])
        rare = likely, draw.mean(constant)
    if failing:
        rare = draw.failing, draw.scale * draw.trained
    return World(name, about, factors, draw, mean, seeds, design, constant=constant, rare=rare, drawn=drawn, **world)


def resplit(seeds: int) -> World:
    """Two equal methods on one data set, and a third that is 3 points worse on all data of the kind."""
    factors = levels(3)
    draw = Resplit(cells_of(factors), seeds, {"a2": -3.0})
    sizes = {"train": 1079, "validation": 359, "test": 359, "resplit": Resplit.POOL}
    data = {"data": {**sizes, "input_shape": [64], "outputs": 10, "sealed": True, "seeds": "resplit"}}
    about = f"one data set, resplit by each of {seeds} seeds; a1 is as good as a0 on other data, a2 3 points worse"
    world = {"planted": 3 * POINT, "manifest": data, "tested": False}
    return World(f"resplit-{seeds}", about, factors, draw, draw.mean(), seeds, **world)


def worst(share: float) -> World:
    """The worst trials of a level diverge, which makes the rest look good."""
    factors = levels(2, 2)
    draw = WorstDiverge(cells_of(factors), 20, "a1", share, {"b1": 2.0})
    about = f"the worst {share:.0%} of a1's seeds diverge; without that it would be as good as a0; b1 gains 2 points"
    world = {"planted": 2 * POINT, "rare": (share * draw.fails, POINT * draw.trained)}
    return World(f"worst-{100 * share:.0f}-diverge", about, factors, draw, draw.mean(0.1), 20, **world)


def errors(name: str, scale: float) -> World:
    """Errors at another scale."""
    factors = levels(3, 2)
    draw = Errors(cells_of(factors), 10, scale, {"a1": -20.0})
    about = f"mean squared errors near {scale:g}; a1 has a fifth less, a2 and b1 change nothing"
    world = {"metric": "mean_squared_error", "direction": "min", "delta": 0.05, "relative": True}
    return World(name, about, factors, draw, draw.mean(), constant=5 * scale, planted=0.2 * scale, **world)


def counted(name: str, about: str, share: float, gains: Gains, counts: tuple[int, ...], planted: float) -> World:
    """Right answers, counted."""
    factors = levels(*counts)
    draw = Counted(cells_of(factors), 10, share, gains)
    return World(name, about, factors, draw, draw.mean(), 10, planted=planted)


def tuned(name: str, about: str, gains: Gains, planted: float | None) -> World:
    """A grid with learning rates, of which each side is given its own best."""
    factors = {"activation": ("a0", "a1", "a2"), "learning_rate": ("0.001", "0.003", "0.01", "0.03")}
    return plain(name, about, (), gains, factors=factors, planted=planted)


def missing(generator: np.random.Generator) -> np.ndarray:
    """A third of a1's trials crashed."""
    return (generator.uniform(size=(6, 10)) < 0.35) & np.array([False, False, True, True, False, False])[:, None]


_A1 = {"factor": "activation", "level": "a1", "against": "a0", "conditions": {}}
_RATES_OF_A0 = {("a0", "0.001"): -9.0, ("a0", "0.01"): -6.0, ("a0", "0.03"): -12.0}
_RATES = {"0.001": -4.0, "0.01": -3.0, "0.03": -8.0}
_CONDITIONS = {"loss": ("b0", "b1", "b2"), "share": ("0.1", "0.2")}
_PARTS = {"activation": ("a0", "linear"), "regularizer": ("r0", "none"), "dropout": ("0.2", "0")}


def _graded(levels_of_a: int) -> Gains:
    """Each level of a is 0.4 points behind the one before."""
    return {f"a{at}": -0.4 * at for at in range(1, levels_of_a)}


WORLDS = [
    plain("null", "nothing differs", (4, 3), {}),
    plain("small", "a1 gains 0.3 points, less than matters (0.5)", (3, 2), {"a1": 0.3}, seeds=20,
          options={"own": 0.3}),
    plain("margin", "a1 gains 0.5 points: exactly the smallest difference that matters", (3, 2), {"a1": 0.5}, seeds=20,
          options={"own": 0.3}, planted=0.5 * POINT),
    plain("large", "a1 gains 3 points, b1 2, a2 loses 2", (4, 3), {"a1": 3.0, "b1": 2.0, "a2": -2.0},
          planted=2 * POINT),
    plain("crossover", "a1 gains 2 points with b0 and loses 2 with b1", (2, 2), {"a1": 2.0, ("a1", "b1"): -4.0},
          planted=2 * POINT),
    plain("uneven-gain", "a1 gains 4 points with b0 and 1.5 with b1: no crossing", (2, 2),
          {"a1": 4.0, ("a1", "b1"): -2.5}, planted=1.5 * POINT),
    resplit(5), resplit(10), resplit(20),
    plain("one-diverged", "a1 gains 2.6 points and diverges on 0.5 % of seeds, as all others do", (3, 2), {"a1": 2.6},
          seeds=20, failing={"a0": 0.005, "a1": 0.005, "a2": 0.005}, planted=2 * POINT),
    plain("better-but-fails", "a1 trains 3 points better, 5 % of its seeds diverge and score 50 %: 0.9 better in all",
          (3, 2), {"a1": 3.0}, seeds=20, failing={"a1": 0.05}, constant=0.5, planted=0.85 * POINT),
    plain("failing-half", "a1 trains 2 points better, half of its seeds diverge", (3, 2), {"a1": 2.0}, seeds=20,
          failing={"a1": 0.5}, planted=2 * POINT),
    worst(0.1), worst(0.3), worst(0.5),
    plain("skew-exponential", "a1's noise is exponential, its tail below; nothing differs in the mean", (3, 2), {},
          noises={"a1": scale(exponential, 2.0)}),
    plain("skew-lognormal", "a1's noise is lognormal, its tail below; nothing differs in the mean", (3, 2), {},
          noises={"a1": scale(lognormal, 3.0)}),
    plain("collapse-10", "10 % of a1's seeds lose 10 points: 1 point worse in all", (3, 2), {},
          collapse={"a1": (0.10, 10.0)}, planted=1 * POINT),
    plain("collapse-10-even", "the same, and a1 gains 1 point elsewhere: as good in all", (3, 2), {"a1": 1.0},
          collapse={"a1": (0.10, 10.0)}),
    plain("collapse-3", "3 % of a1's seeds lose 30 points: 0.9 worse in all", (3, 2), {}, seeds=20,
          collapse={"a1": (0.03, 30.0)}, planted=0.9 * POINT),
    plain("cells-12", "12 cells, each level of a 0.4 points behind the one before", (4, 3), _graded(4),
          planted=0.8 * POINT),
    plain("cells-32", "32 cells, nothing differs", (8, 4), {}),
    plain("cells-56", "56 cells, each level of a 0.4 points behind the one before", (8, 7), _graded(8),
          planted=2 * POINT),
    plain("sorted-table", "a table without seeds, its rows sorted by score; nothing differs", (3, 2), {},
          table="val_accuracy", tested=False),
    plain("table-acc1", "a table of acc1 near 95 (of 100); a1 gains 3", (3, 2), {"a1": 3.0}, table="acc1",
          tested=False, options={"base": 95.0, "own": 0.5, "shared": 0.5, "scale": 1.0}, delta=0.5, planted=3.0),
    plain("ties", "scores of 100 examples, rounded: many are level; a2 loses 2 points", (3, 2), {"a2": -2.0},
          options={"places": 2}, planted=2 * POINT),
    counted("ceiling", "near 99.5 %, of 200 examples; a2 loses 2 points", 0.995, {"a2": -2.0}, (3, 2), 2 * POINT),
    plain("pure-noise", "24 cells of three factors on 5 seeds, nothing differs", (4, 3, 2), {}, seeds=5),
    tuned("tuned-same-seeds", "rates tuned on the seeds that compare; a1 is as good at every rate as a0 at its best",
          _RATES_OF_A0, None),
    tuned("tuned-gain", "rates tuned on the seeds that compare; a1 gains 2.5 points at every rate",
          {**_RATES, "a1": 2.5}, 2.5 * POINT),
    plain("unequal-seeds", "a third of a1's trials crashed, seeds differ much; a2 gains 2 points", (3, 2), {"a2": 2.0},
          options={"shared": 6.0}, missing=missing, planted=2 * POINT),
    errors("tiny-scale", 1e-6), errors("huge-scale", 1e6),
    plain("heavy-tails", "noise is Student's t with 3 degrees of freedom; a1 gains 2 points", (3, 2), {"a1": 2.0},
          options={"noise": heavy}, planted=2 * POINT),
    plain("uneven-spreads", "a1's noise is five times as large, a2's a fifth; a3 gains 2 points", (4, 2), {"a3": 2.0},
          noises={"a1": scale(lambda g, n: g.normal(size=n), 5.0), "a2": scale(lambda g, n: g.normal(size=n), 0.2)},
          planted=2 * POINT),
    plain("one-factor", "single changes to a baseline: a1 gains 2 points, b1 loses 2", (3, 3, 2),
          {"a1": 2.0, "b1": -2.0}, design="one-factor", planted=2 * POINT),
    plain("leave-one-out", "without the activation 3 points are lost, the other parts do nothing", (), {"linear": -3.0},
          factors=_PARTS, design="leave-one-out", without={name: off for name, (_, off) in _PARTS.items()},
          planted=3 * POINT),
    plain("conditions", "b1 gains 3 points with a share of 0.2 and loses 2 with 0.1", (),
          {("b1", "0.2"): 3.0, ("b1", "0.1"): -2.0, "0.2": -10.0}, factors=_CONDITIONS, conditions=("share",),
          planted=2 * POINT),
    plain("draws", "8 random draws of 24 cells; a1 gains 3 points", (4, 3, 2), {"a1": 3.0}, design="random",
          drawn=(0, 3, 7, 10, 13, 16, 20, 23), planted=None),
    plain("two-levels", "one factor with two levels, 10 seeds; nothing differs", (2,), {}),
    plain("two-levels-gain", "one factor with two levels, 10 seeds; a1 gains 2 points", (2,), {"a1": 2.0},
          planted=2 * POINT),
    plain("five-seeds", "a1 gains 3 points, 5 seeds", (3, 2), {"a1": 3.0}, seeds=5, planted=3 * POINT),
    plain("twenty-seeds", "a1 gains 1.5 points, 20 seeds", (3, 2), {"a1": 1.5}, seeds=20, planted=1.5 * POINT),
    plain("declared", "the question is a1 against a0, which differ by nothing; a2 gains 2 points", (3, 2), {"a2": 2.0},
          question={"compare": _A1}, planted=2 * POINT),
    plain("declared-under", "the question is a1 against a0 with b1: it loses 2 points there, gains 2 with b0", (2, 2),
          {"a1": 2.0, ("a1", "b1"): -4.0}, question={"compare": _A1 | {"conditions": {"loss": "b1"}}}),
    plain("confirmed", "nothing differs; all was trained again on 10 fresh seeds", (4, 2), {}, fresh=10),
    plain("confirmed-gain", "a1 gains 2 points; all was trained again on 10 fresh seeds", (4, 2), {"a1": 2.0}, fresh=10,
          planted=2 * POINT),
]  # fmt: skip
# Grids in which nothing differs, of other sizes: by name only, for they are no new kind of world.
NULLS = [
    plain(f"null-{a}x{b}-{seeds}", f"{a} × {b} levels on {seeds} seeds, nothing differs", (a, b), {}, seeds=seeds)
    for a, b, seeds in ((3, 2, 5), (4, 3, 10), (2, 2, 10), (3, 2, 10))
]
BY_NAME: Mapping[str, World] = {world.name: world for world in (*WORLDS, *NULLS)}
