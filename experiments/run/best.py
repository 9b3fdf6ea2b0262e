"""The best cell and trial of a run: named while it trains, and its model at the end."""

from collections.abc import Callable, Iterable
from pathlib import Path

from experiments.analysis.failure_cost import ended_rows, scores_with_costs
from experiments.analysis.ranking import Ranking, ranking
from experiments.run.clock import Clock
from experiments.store.csvs import in_order
from experiments.store.files import write_bytes
from experiments.store.journal import Journal
from experiments.study.columns import TrialRow
from experiments.study.study import Study
from experiments.study.words import name
from experiments.train import worker
from experiments.train.executors.executor import Executor, Job
from experiments.train.executors.run_jobs import run_jobs


class BestSoFar:
    """The best cell so far, in words; computed anew when rows have grown by a fiftieth, for it needs all of them."""

    def __init__(self, study: Study, rows: list[TrialRow]) -> None:
        self._study, self._rows = study, list(rows)
        self._judged, self._words = 0, ""

    def add(self, row: TrialRow) -> str:
        """The best cell with one more row, in words."""
        self._rows.append(row)
        if len(self._rows) - self._judged > self._judged // 50:
            self._judged, self._words = len(self._rows), self._describe()
        return self._words

    def _describe(self) -> str:
        best = _rank(self._study, self._rows).best
        if best is None:
            return ""
        row = next(row for row in self._rows if row["cell"] == best.cell)
        levels = ", ".join(str(row[factor]) for factor in self._study.factors if factor in row)
        return f"{name(self._study.primary)} {best.mean:.4g} ({levels})"


def save_best(
    study: Study,
    journal: Journal,
    folder: Path,
    executor: Executor,
    deadline: float | None,
    say: Callable[[str], None],
) -> None:
    """Write `best.keras`: the best cell at its best-validation seed, trained again; it must come to the same row.

    Where that trial is not part of this request, the model of an earlier request is kept, and the page says so.
    """
    rows = {row["trial"]: row for row in journal.rows()}
    known = {trial.id: trial for trial in study.trials}
    best = best_trial(study, rows.values())
    place = folder / "best.keras"
    if best not in known or (journal.record.best == best and place.is_file()):
        return
    trial = known[best]
    chunk = journal.plan.chunk_of((trial.cell, trial.seed)) if rows[best]["engine"] == "fused" else None
    pairs = {(trial.cell, trial.seed): trial for trial in study.trials}
    if chunk and not all(pair in pairs for pair in chunk.trials):
        return  # it was trained among others that this part of the study does not have
    others = [pairs[pair] for pair in chunk.trials] if chunk else []
    clock = Clock(deadline, executor.capacity, journal)
    ended = next(run_jobs(executor, [Job(None, worker.save, (study, trial, chunk, others))], clock.left), None)
    if ended is None:
        say(f"{place}: not written, the time was up; the same command writes it")
        return
    if ended.error:
        say(f"{place}: not written: {ended.error}")
        return
    row, (again, model) = rows[trial.id], ended.value
    try:
        write_bytes(place, model)
    except OSError as error:
        say(f"{place}: not written: {error}")
        return
    differing = [name for name in sorted(set(again) & set(row) - {"seconds"}) if not _same(again[name], row[name])]
    if differing:
        say(f"{place}: trained again, it differs from its row in {', '.join(differing)}: another machine or version")
    journal.keep(best=trial.id)


def _same(one: object, other: object) -> bool:
    return one == other or (one != one and other != other)  # noqa: PLR0124 (NaN is what differs from itself)


def best_trial(study: Study, rows: Iterable[TrialRow]) -> str | None:
    """The id of the best seed of the best cell, or None where no trial has a score.

    rows: all of the results, also where the request was for a part of the study. The best is what pages rank first.
    """
    ordered = in_order(rows, study.settings)
    found = _rank(study, ordered)
    if found.best is None:
        return None
    best = found.best.cell, found.best_seed
    return next(row["trial"] for row in ordered if (row["cell"], row["seed"]) == best)


def _rank(study: Study, rows: Iterable[TrialRow]) -> Ranking:
    """`ranking` of rows, as pages have it. rows: in the order of the CSV."""
    baseline = None if study.design == "random" else study.trial(study.base, 0).cell
    score = f"validation_{study.primary}"
    rows = list(rows)
    costed = scores_with_costs(ended_rows(rows, score, study.task_settings), study.direction, study.failure_score)
    trials = ((row["cell"], row["seed"], row["status"], cost) for row, (cost, _) in zip(rows, costed, strict=True))
    return ranking(trials, study.direction, baseline=baseline)
