"""Seeds that number rows which were sorted by their score first: places in a ranking, and no draws."""

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from itertools import pairwise

FEWEST = 4  # rows of a configuration; fewer are in order by chance too often


def are_numbered_by_score(cells: Sequence[Hashable], seeds: Sequence[int], scores: Sequence[float]) -> bool:
    """Whether in every configuration the score only rises with the seed, or in every one only falls.

    cells, seeds, scores: of rows; those without a finite score count for nothing. Configurations with fewer than
    `FEWEST` of them, or with one and the same score, say nothing; at least two must.

    Of two independent configurations with 10 seeds that happens by chance once in 7 · 10¹². Pairs of such rows differ
    by far less than chance would have it, so that anything is found.

    >>> are_numbered_by_score("aaaabbbb", [0, 1, 2, 3] * 2, [1, 2, 3, 4, 2, 3, 5, 6])
    True
    >>> are_numbered_by_score("aaaabbbb", [0, 1, 2, 3] * 2, [1, 2, 3, 4, 2, 5, 3, 6])
    False
    """
    by_cell: dict[Hashable, list[tuple[int, float]]] = defaultdict(list)
    for cell, seed, score in zip(cells, seeds, scores, strict=True):
        if math.isfinite(score):
            by_cell[cell].append((seed, score))
    ways = []
    for rows in by_cell.values():
        steps = [after - before for (_, before), (_, after) in pairwise(sorted(rows))]
        if len(rows) >= FEWEST and any(steps):
            ways.append((all(step >= 0 for step in steps), all(step <= 0 for step in steps)))
    return len(ways) > 1 and any(all(way) for way in zip(*ways, strict=True))
