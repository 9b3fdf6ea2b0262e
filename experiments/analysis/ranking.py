"""Which configuration is best: the one rule that runner, search, notebook and pages share. No pandas, no TensorFlow."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

RAN = ("ok", "diverged")  # a crash is no outcome: its seed is dropped and counted elsewhere
_MAX, _MIN = "max", "min"


@dataclass(frozen=True)
class Ranked:
    """A cell's place.

    rank: 1 for the best, None where `reason` says why the cell has none. mean: of the `n` scores that count, NaN
    without any. ok, diverged, failed: how many of its trials ended how, on all seeds.
    """

    cell: str
    rank: int | None
    mean: float
    n: int
    ok: int
    diverged: int
    failed: int
    reason: str = ""


@dataclass(frozen=True)
class Ranking:
    """cells: the best first, those without a rank last. seeds: those on which they are ranked.

    best_seed: of the best cell the seed with the best score, the smallest such; None where no cell has a score.
    """

    cells: tuple[Ranked, ...]
    seeds: frozenset[int]
    best_seed: int | None

    @property
    def best(self) -> Ranked | None:
        """The first cell, or None where no cell has a score."""
        return self.cells[0] if self.cells and self.cells[0].rank == 1 else None


def ranking(
    rows: Iterable[tuple[str, int, str, float | None]],
    direction: str,
    *,
    baseline: str | None = None,
    paired: bool = True,
) -> Ranking:
    """Rank cells by their scores.

    rows: `(cell, seed, status, score)`, one per trial, cells in study order. direction: "max" where a higher score
    is better, "min" where a lower one is. baseline: the cell that wins a tie. paired: whether equal seeds share
    anything; where they do not, no seed is left out.

    A cell ranks by the mean of its scores on `common_seeds`. Every finite score counts, however bad. A cell of which
    any trial diverged ranks after all of which none did, the smaller share first: a mean over the seeds that survived
    hides the others. Means that agree to nine digits are a tie, which goes to the baseline, then to the cell that comes
    first in the rows.

    Raises ValueError for another direction.

    >>> found = ranking([("a", 0, "ok", 0.7), ("a", 1, "ok", 0.9), ("b", 0, "ok", 0.9), ("b", 1, "diverged", None)],
    ...                 "max")
    >>> [(one.rank, one.cell, round(one.mean, 3)) for one in found.cells], found.best_seed
    ([(1, 'a', 0.8), (2, 'b', 0.9)], 1)
    """
    if direction not in (_MAX, _MIN):
        raise ValueError(f'direction: got "{direction}", allowed are "max" and "min"')
    sign = 1 if direction == _MAX else -1
    trials = [(cell, seed, ended(status, score), score) for cell, seed, status, score in rows]
    seeds = frozenset(common_seeds(((cell, seed, status) for cell, seed, status, _ in trials), paired=paired))
    statuses: dict[str, list[str]] = {}
    scores: dict[str, dict[int, float]] = {}
    for cell, seed, status, score in trials:
        statuses.setdefault(cell, []).append(status)
        own = scores.setdefault(cell, {})
        if status == "ok" and seed in seeds:
            own[seed] = float(score)
    found = [_counted(cell, some, scores[cell]) for cell, some in statuses.items()]
    place = {one.cell: at for at, one in enumerate(found)}

    def key(one: Ranked) -> tuple:
        share = one.diverged / (one.ok + one.diverged)
        return share, -sign * float(f"{one.mean:.9g}"), one.cell != baseline, place[one.cell]

    scored = sorted((one for one in found if one.n), key=key)
    ordered = [_placed(one, rank) for rank, one in enumerate(scored, 1)] + [one for one in found if not one.n]
    best = scores[ordered[0].cell] if scored else {}
    return Ranking(tuple(ordered), seeds, min(best, key=lambda seed: (-sign * best[seed], seed)) if best else None)


def ended(status: str, score: float | None) -> str:
    """A trial's status, where an ok trial without a finite score is a diverged one.

    >>> ended("ok", 0.5), ended("ok", float("nan")), ended("failed", None)
    ('ok', 'diverged', 'failed')
    """
    return "diverged" if status == "ok" and (score is None or not math.isfinite(score)) else status


def common_seeds(trials: Iterable[tuple[str, int, str]], *, paired: bool = True) -> list[int]:
    """The seeds on which every cell ran, in rising order. trials: `(cell, seed, status)`.

    Means over unequal seeds do not compare: an easy seed that one cell has and another lacks would decide between
    them. Cells that never ran (every trial crashed) are not counted. Where fewer than half of the seeds are common to
    all, or equal seeds share nothing (`paired` is false), nothing is left out: all seeds come back.

    >>> common_seeds([("a", 0, "ok"), ("a", 1, "diverged"), ("b", 0, "ok"), ("b", 1, "failed")])
    [0]
    """
    cells: dict[int, set[str]] = {}
    for cell, seed, status in trials:
        if status in RAN:
            cells.setdefault(seed, set()).add(cell)
    seeds = sorted(cells)
    all_cells = len(set().union(*cells.values()))
    common = [seed for seed in seeds if len(cells[seed]) == all_cells]
    return common if paired and 2 * len(common) >= len(seeds) else seeds


def _counted(cell: str, statuses: list[str], scores: dict[int, float]) -> Ranked:
    ok, diverged, failed = (statuses.count(status) for status in ("ok", "diverged", "failed"))
    mean = math.fsum(scores.values()) / len(scores) if scores else math.nan
    return Ranked(cell, None, mean, len(scores), ok, diverged, failed, "" if scores else _reason(ok, diverged, failed))


def _reason(ok: int, diverged: int, failed: int) -> str:
    """Why a cell has no score."""
    if ok:
        return "no score on the seeds that all configurations have"
    if diverged and failed:
        return f"{diverged} diverged and {failed} failed"
    many = diverged or failed
    return f"{'its one trial' if many == 1 else f'all {many} trials'} {'diverged' if diverged else 'failed'}"


def _placed(one: Ranked, rank: int) -> Ranked:
    return Ranked(one.cell, rank, one.mean, one.n, one.ok, one.diverged, one.failed)
