"""The plan of a fused run, whatever a user's parts do while their models are built.

A cell whose model ends the process, or is not built in time, is left out of the plan. So are those that
share with all lost cells a level that no planned cell has; after a single lost cell only where there is just one such
level. All others are planned as usual.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from experiments.errors import said
from experiments.store.chunk import Chunk
from experiments.study.study import Study
from experiments.study.trial import Trial, canonical
from experiments.study.types import Settings
from experiments.train import worker
from experiments.train.executors.executor import Executor, Job
from experiments.train.executors.run_jobs import TimeLeft, run_jobs
from experiments.train.messages import PLANNING

_TRIES = 6  # processes that a plan may cost; after that only what is known to be planned well is planned
_SHARE, _LEAST = 4, 5.0  # of the time that there is a quarter for one model, but 5 seconds
Item = tuple[str, str]  # a setting and its level


@dataclass
class Plan:
    """Chunks; cells that can't be stacked, by id, with the reason; those of them that were not built in time.

    whole: whether there was the time to make it.
    """

    chunks: list[Chunk] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    hanging: list[str] = field(default_factory=list)
    error: Exception | None = None  # of the planner itself
    whole: bool = True


def make_plan(
    study: Study, executor: Executor, trials: Sequence[Trial], time_left: TimeLeft, hung: Iterable[Trial] = ()
) -> Plan:
    """The plan of some trials. time_left: seconds, or None without a deadline, and then a model may take any time.

    hung: other trials of the study, whose models were not built in time in an earlier run.
    """
    cells = {trial.cell: items_of(trial.settings) for trial in (*trials, *hung)}
    held = set.intersection(*cells.values()) if len(cells) > 1 else set()
    cells = {cell: items - held for cell, items in cells.items()}
    out = Plan()
    lost = sorted({trial.cell for trial in hung})
    fine: set[str] = set()
    for attempt in range(_TRIES + 1):
        if attempt == _TRIES:
            out.refused |= {cell: "others ended the process that planned it" for cell in cells if cell not in fine}
        rest = [trial for trial in _suspects_last(trials, cells, lost, fine) if trial.cell not in out.refused]
        if not rest:
            return out
        building = _Building(time_left)
        ended = next(run_jobs(executor, [Job(None, worker.plan, (study, rest))], building.left, building.note), None)
        fine |= building.done
        error = ended.error if ended else None
        if ended and not ended.lost:
            if error:
                return replace(out, error=error)
            return replace(out, chunks=ended.value[0], refused=out.refused | ended.value[1])
        if building.cell is None or (
            not ended and building.seconds < _LEAST
        ):  # only the planner or the time is to blame
            return replace(out, error=error, whole=bool(ended))
        lost.append(building.cell)
        why = said(error).partition(": ")[2] if error else f"not built after {building.seconds:.0f} s"
        gone = {*_find_like(lost, cells, fine), building.cell} & {trial.cell for trial in trials}
        out.refused |= {cell: f"while it was planned: {why}" for cell in gone}
        if not ended:
            out.hanging += sorted(gone - {*out.hanging})
            if time_left() == 0:
                return replace(out, whole=False)
    return out


def items_of(settings: Settings) -> set[Item]:
    """Settings and their levels, as what cells can have in common."""
    return {(name, canonical(level)) for name, level in settings.items()}


def suspects(lost: Iterable[set[Item]], fine: Iterable[set[Item]]) -> set[Item]:
    """What all lost cells have in common and no other that is known to be fine.

    >>> suspects([{("a", "1"), ("b", "1")}, {("a", "1"), ("b", "2")}], [{("a", "2"), ("b", "1")}])
    {('a', '1')}
    """
    lost = list(lost)
    return set.intersection(*lost).difference(*fine) if lost else set()


def _find_like(lost: list[str], cells: dict[str, set[Item]], fine: set[str]) -> set[str]:
    """Those that have what all lost cells have in common and no cell that is fine, where that is specific enough."""
    common = suspects([cells[cell] for cell in lost], [cells[cell] for cell in fine])
    specific = len(lost) > 1 or len(common) == 1
    return {cell for cell, items in cells.items() if specific and items & common and cell not in fine}


def _suspects_last(
    trials: Sequence[Trial], cells: dict[str, set[Item]], lost: list[str], fine: set[str]
) -> Sequence[Trial]:
    """Trials, those like a lost one last: what is planned before them narrows down the cause."""
    common = suspects([cells[cell] for cell in lost], [cells[cell] for cell in fine])
    return sorted(trials, key=lambda trial: len(cells[trial.cell] & common)) if common else trials


class _Building:
    """The cell that the planner is building, by its messages; and how long it may take."""

    def __init__(self, time_left: TimeLeft) -> None:
        self._time_left, self._start = time_left, time.monotonic()
        whole = time_left()
        self._patience = None if whole is None else max(whole / _SHARE, _LEAST)
        self.cell: str | None = None
        self.done: set[str] = set()

    def note(self, _: object, message: tuple[str, str]) -> None:
        kind, cell = message
        self._start = time.monotonic()
        self.cell = cell if kind == PLANNING else None
        if kind != PLANNING:
            self.done.add(cell)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._start

    def left(self) -> float | None:
        whole = self._time_left()
        if whole is None or self._patience is None or self.cell is None:
            return whole
        return max(0.0, min(whole, self._patience - self.seconds))
