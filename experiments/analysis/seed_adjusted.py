"""Means of cells that ran on unequal seeds, freed of what their seeds do. No pandas, no TensorFlow."""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection, Iterable, Mapping

ROUNDING = 1e-9  # relative; less than that is no spread
WILD = 100.0  # times the median cell's variance: such a cell says nothing of a seed that others feel

Scores = Mapping[str, Mapping[int, float]]


def seed_adjusted_means(scores: Scores, trained: Mapping[str, Collection[int]] | None = None) -> dict[str, float]:
    """The mean score of each cell, as it would be had all of them the same seeds.

    scores: cell → seed → score. trained: cell → the seeds on which its score is a measured one rather than the cost of
    a failure; by default all.

    The model is score = cell + seed + noise, by least squares. The seeds' effects are estimated from what trained, and
    without cells whose scores vary more than a hundred times as much as the median cell's (a rate at which a loss
    explodes); each is taken off the scores, and they add up to 0. A seed on which nothing trained has none, so that
    what fails there is not excused. A cell's mean is that over all of its own seeds.

    Where all cells have the same seeds these are plain means. They are plain means too where the table of cells and
    seeds falls into parts that share nothing, for then no seed can be compared across parts.

    >>> seed_adjusted_means({"a": {0: 1.0, 1: 3.0}, "b": {0: 2.0}})
    {'a': 2.0, 'b': 3.0}
    """
    scores = {cell: own for cell, own in scores.items() if own}
    means = {cell: math.fsum(own.values()) / len(own) for cell, own in scores.items()}
    if len({frozenset(own) for own in scores.values()}) < 2:
        return means
    measured = {
        cell: {seed: score for seed, score in own.items() if trained is None or seed in trained.get(cell, ())}
        for cell, own in scores.items()
    }
    seeds = frozenset().union(*measured.values())
    for table in (_tame(measured), measured):
        if are_linked(table.values(), seeds):
            effects = _seed_effects(table, sorted(seeds))
            return {
                cell: math.fsum(score - effects.get(seed, 0.0) for seed, score in own.items()) / len(own)
                for cell, own in scores.items()
            }
    return means


def _tame(scores: Scores) -> dict[str, Mapping[int, float]]:
    """The cells whose scores do not vary out of all proportion to the others'."""
    spreads = {cell: _variance([*own.values()]) for cell, own in scores.items() if len(own) > 1}
    usual = statistics.median(spreads.values()) if spreads else 0.0
    return {cell: own for cell, own in scores.items() if not usual or spreads.get(cell, 0.0) <= WILD * usual}


def _variance(values: list[float]) -> float:
    mean = math.fsum(values) / len(values)
    found = math.fsum((value - mean) ** 2 for value in values) / len(values)
    return found if found > (ROUNDING * mean) ** 2 else 0.0


def are_linked(cells: Iterable[Iterable[int]], seeds: Collection[int]) -> bool:
    """Whether any two of the seeds are linked by a cell that has both, or by a chain of such.

    cells: the seeds of each.

    >>> are_linked([[0, 1], [1, 2]], [0, 1, 2]), are_linked([[0, 1], [2]], [0, 1, 2])
    (True, False)
    """
    groups: list[set[int]] = []
    for pattern in {frozenset(own) for own in cells} - {frozenset()}:
        joined = set(pattern)
        apart = []
        for group in groups:
            if group & joined:
                joined |= group
            else:
                apart.append(group)
        groups = [*apart, joined]
    return len(groups) == 1 and groups[0] == set(seeds)


def _seed_effects(scores: Scores, seeds: list[int]) -> dict[int, float]:
    """The effect of each seed by least squares, cells eliminated; they add up to 0.

    Cells with the same seeds enter the equations together, so that many cells cost little.
    """
    import numpy as np

    place = {seed: at for at, seed in enumerate(seeds)}
    patterns: dict[tuple[int, ...], list[list[float]]] = {}
    for own in scores.values():
        if len(own) > 1:  # a single score is all its cell's effect
            pattern = tuple(sorted(own))
            patterns.setdefault(pattern, []).append([own[seed] for seed in pattern])
    matrix = np.full((len(seeds), len(seeds)), 1.0 / len(seeds))  # takes the one way out that adds up to 0
    right = np.zeros(len(seeds))
    for pattern, some in patterns.items():
        at = [place[seed] for seed in pattern]
        values = np.array(some)
        matrix[np.ix_(at, at)] += len(some) * (np.eye(len(at)) - 1.0 / len(at))
        right[at] += (values - values.mean(axis=1, keepdims=True)).sum(axis=0)
    return dict(zip(seeds, np.linalg.solve(matrix, right).tolist(), strict=True))
