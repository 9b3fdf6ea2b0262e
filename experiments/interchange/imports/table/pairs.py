"""Which rows are compared with which: by their seeds, or by nothing but their configurations."""

import math
from collections import defaultdict
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from experiments.errors import RequestError
from experiments.interchange.imports.table.delimited import Delimited
from experiments.interchange.imports.table.words import count


@dataclass(frozen=True)
class Pairs:
    """places: of the rows that count. seeds: their seeds. paired: whether any two configurations share one.

    sorted: whether seeds only number rows that were sorted by their score. said: what was left out, or is to be known
    of the pairs.
    """

    places: list[int]
    seeds: list[int]
    paired: bool
    said: list[str] = field(default_factory=list)
    sorted: bool = False


def without_seeds(table: Delimited, cells: Sequence[Hashable], *, named: bool) -> Pairs:
    """All rows, each as a run of its own; seeds are numbers that no two share.

    named: whether a column tells runs apart.
    """
    distinct = {tuple(row) for row in table.rows}
    twice = len(table) - len(distinct)
    said = []
    if twice and not named:
        said.append(
            f"Rows that repeat others to the letter: {twice}. They count as runs of their own, for nothing tells runs "
            "apart (--run or --seed names a column that does)."
        )
    return Pairs(list(range(len(table))), list(range(len(cells))), False, said)


def by_seed(
    table: Delimited,
    cells: Sequence[Hashable],
    seeds: Sequence[int | None],
    column: str,
    scored: Sequence[bool],
    known: Collection[str],
) -> Pairs:
    """Rows with a seed, every configuration with each seed once.

    column: of the seeds. scored: which rows have ended with a score, or without any finite one. known: columns that say
    which run a row is.

    A row that repeats another to the letter is left out, and so is one that failed where another of the same
    configuration and seed did not.

    Raises RequestError for a scored row without a seed, and for several of one configuration and seed.
    """
    said = []
    if lacking := [at for at, seed in enumerate(seeds) if seed is None]:
        if with_score := [table.numbers[at] for at in lacking if scored[at]]:
            more = ", …" if len(with_score) > 4 else ""
            raise RequestError(
                f"--seed {column}: empty in {'row' if len(with_score) == 1 else 'rows'} "
                f"{', '.join(map(str, with_score[:4]))}{more}; fill in what is missing, or leave these rows out"
            )
        said.append(f"{count(len(lacking), 'row')} without a seed, and without a score: left out.")
    groups: dict[tuple[Hashable, int], list[int]] = defaultdict(list)
    for at, (cell, seed) in enumerate(zip(cells, seeds, strict=True)):
        if seed is not None:
            groups[cell, seed].append(at)
    letter = again = 0
    chosen: dict[int, int] = {}  # the seed of each row that counts
    for (_, seed), rows in groups.items():
        once = list({tuple(table.rows[at]): at for at in reversed(rows)}.values())
        letter += len(rows) - len(once)
        ended = [at for at in once if scored[at]]
        again += len(once) - len(ended or once[:1])
        if len(ended) > 1:
            _refuse(table, sorted(ended), known)
        chosen[(ended or sorted(once))[0]] = seed
    if letter:
        said.append(f"Rows that repeat others to the letter, left out: {letter}.")
    if again:
        said.append(f"Failed rows whose configuration and seed are there again, left out: {again}.")
    shared = len({seed for _, seed in groups}) < len(groups)  # a configuration has a seed once among the groups
    places = sorted(chosen)
    return Pairs(places, [chosen[at] for at in places], shared, said)


def _refuse(table: Delimited, rows: list[int], known: Collection[str]) -> None:
    """RequestError: rows of one configuration and seed that are not the same row twice."""
    one_row, other_row = (dict(zip(table.columns, table.rows[at], strict=True)) for at in rows[:2])
    differ = [name for name in table.columns if name not in known and one_row[name] != other_row[name]]
    first, second = (table.numbers[at] for at in rows[:2])
    what = f"differ in {', '.join(differ[:6])}" if differ else "are written differently"
    raise RequestError(
        f"{table.place}: rows {first} and {second} have the same factors and seed, but {what}; name what was varied "
        "among --factors, or the seeds by --seed"
    )


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
