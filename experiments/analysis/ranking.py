"""Which configuration is best: the one rule that runner, search, notebook and pages share. No pandas, no TensorFlow."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from experiments.analysis.failure_cost import Ended, final_status, scores_with_costs
from experiments.analysis.seed_adjusted import seed_adjusted_means

RAN = ("ok", "diverged")  # a crash is no outcome: it is dropped, and counted elsewhere
_MAX, _MIN = "max", "min"


@dataclass(frozen=True)
class Ranked:
    """A cell's place.

    rank: 1 for the best, None where `reason` says why the cell has none. mean: what it ranks by, of `n` scores, NaN
    without any. ok, diverged, failed: how many of its trials ended how.
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
    """cells: the best first, those without a rank last.

    best_seed: of the best cell the trained seed with the best score, the smallest such; None where no trial trained.
    """

    cells: tuple[Ranked, ...]
    best_seed: int | None

    @property
    def best(self) -> Ranked | None:
        """The first cell, or None where no trial trained."""
        return self.cells[0] if self.cells and self.cells[0].rank == 1 else None


def ranking(
    rows: Iterable[tuple[str, int, str, float | None]],
    direction: str,
    *,
    baseline: str | None = None,
    paired: bool = True,
) -> Ranking:
    """Rank cells by their scores.

    rows: `(cell, seed, status, score)`, one per trial, cells in study order; the score of a diverged trial is what a
    failure costs (`failure_cost`), and where it has none the worst score in the rows. direction: "max" where a higher
    score is better, "min" where a lower one is. baseline: the cell that wins a tie. paired: whether equal seeds share
    anything.

    A cell ranks by the mean of all of its scores, failures at their cost, adjusted for the seeds that it has
    (`seed_adjusted_means`; plain means where seeds share nothing). Every finite score counts, however bad. Means that
    agree to nine digits are a tie, which goes to the baseline, then to the cell that comes first in the rows. A cell
    that never trained comes after those that did, for there is no model of it; where nothing trained at all, no cell
    has a rank.

    Raises ValueError for another direction.

    >>> found = ranking([("a", 0, "ok", 0.7), ("a", 1, "ok", 0.9), ("b", 0, "ok", 0.9), ("b", 1, "diverged", 0.1)],
    ...                 "max")
    >>> [(cell.rank, cell.cell, round(cell.mean, 3)) for cell in found.cells], found.best_seed
    ([(1, 'a', 0.8), (2, 'b', 0.5)], 1)
    """
    if direction not in (_MAX, _MIN):
        raise ValueError(f'direction: got "{direction}", allowed are "max" and "min"')
    sign = 1 if direction == _MAX else -1
    statuses: dict[str, list[str]] = {}
    scores: dict[str, dict[int, float]] = {}
    trained: dict[str, dict[int, float]] = {}
    for cell, seed, status, score in _add_costs(rows, direction):
        statuses.setdefault(cell, []).append(status)
        own, measured = scores.setdefault(cell, {}), trained.setdefault(cell, {})
        if score is not None:
            own[seed] = score
            if status == "ok":
                measured[seed] = score
    anything = any(trained.values())
    means = seed_adjusted_means(scores, trained) if paired else _plain_means(scores)
    counted = [_count(cell, some, means.get(cell, math.nan), len(scores[cell])) for cell, some in statuses.items()]
    place = {cell.cell: at for at, cell in enumerate(counted)}

    def key(cell: Ranked) -> tuple[bool, float, bool, int]:
        return not cell.ok, -sign * float(f"{cell.mean:.9g}"), cell.cell != baseline, place[cell.cell]

    scored = sorted((cell for cell in counted if cell.n and anything), key=key)
    ordered = [replace(cell, rank=rank) for rank, cell in enumerate(scored, 1)]
    ordered += [replace(cell, reason=_reason(cell)) for cell in counted if not (cell.n and anything)]
    best = trained[ordered[0].cell] if scored else {}
    return Ranking(tuple(ordered), min(best, key=lambda seed: (-sign * best[seed], seed)) if best else None)


def _add_costs(
    rows: Iterable[tuple[str, int, str, float | None]], direction: str
) -> Iterable[tuple[str, int, str, float | None]]:
    """The rows with their final statuses; a failure without a known cost gets the worst score of all."""
    trials = [(cell, seed, final_status(status, score), score) for cell, seed, status, score in rows]
    worst = scores_with_costs([Ended(seed, (), status, score) for _, seed, status, score in trials], direction)
    for (cell, seed, status, score), (cost, _) in zip(trials, worst, strict=True):
        given = status == "diverged" and score is not None and math.isfinite(score)
        yield cell, seed, status, float(score) if given else cost


def _plain_means(scores: dict[str, dict[int, float]]) -> dict[str, float]:
    return {cell: math.fsum(own.values()) / len(own) for cell, own in scores.items() if own}


def _count(cell: str, statuses: list[str], mean: float, scores: int) -> Ranked:
    ok, diverged, failed = (statuses.count(status) for status in ("ok", "diverged", "failed"))
    return Ranked(cell, None, mean, scores, ok, diverged, failed)


def _reason(cell: Ranked) -> str:
    """Why a cell has no rank."""
    if cell.diverged and cell.failed:
        return f"{cell.diverged} diverged and {cell.failed} failed"
    many = cell.diverged or cell.failed
    return f"{'its one trial' if many == 1 else f'all {many} trials'} {'diverged' if cell.diverged else 'failed'}"
