"""A study → rows: what is missing is trained, each row kept the moment its trial ends."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from experiments.run.best import BestSoFar, save_best
from experiments.run.clock import Clock, mean_seconds
from experiments.run.progress import duration, progress
from experiments.run.record_keeping import keep_description, keep_look, keep_question
from experiments.run.start import begin, fetch, refuse_changes, refuse_executor
from experiments.store import manifest
from experiments.store.chunk import Chunk, Pair
from experiments.store.csvs import write_csvs
from experiments.store.journal import Journal, Outcome
from experiments.store.results_folder import open_results
from experiments.study.columns import TrialRow
from experiments.study.study import Study
from experiments.study.trial import Trial
from experiments.study.types import PlainTable
from experiments.train import jobs, worker
from experiments.train.executors.executor import Executor

_CSV_EVERY = 10.0  # seconds between CSVs while a run goes on; the journal has every row at once


@dataclass
class Summary:
    """What a run came to: counts of this study's trials, and what is left where it stopped early."""

    study: Study
    folder: Path
    statuses: dict[str, int] = field(default_factory=dict)
    trained: int = 0
    left: int = 0
    stopped: str = ""  # "time" or "interrupted" where it stopped early
    mean_seconds: float = 0.0  # of the trials so far

    @property
    def failed(self) -> int:
        """How many trials failed."""
        return self.statuses.get("failed", 0)


def run(
    study: Study,
    results: Path,
    executor: Executor,
    *,
    deadline: float | None = None,
    engine: str = "auto",
    fresh: bool = False,
    retry_failed: bool = False,
    grow: Callable[[list[TrialRow]], Study | None] = lambda rows: None,
    say: Callable[[str], None] = print,
) -> Summary:
    """Train what a study's results lack.

    results: the folder of all studies' results. deadline: of `time.monotonic()`; whole seeds are started only
    where they are expected to end before it. engine: "auto" trains what it can as stacks and the rest trial by
    trial, "fused" refuses what it can't stack, "serial" trains every trial by itself. fresh: set old
    results aside. retry_failed: train failed trials again. grow: from all rows to the same study with
    more cells or seeds, or None at the end. say: prints a line.

    Raises RequestError where the study holds objects that the executor can't share, or where results are of a study
    that differs, are in use, or can't be written; what was trained is kept, whatever happens.
    """
    refuse_executor(study, executor)
    folder = results / study.name
    if not folder.exists():
        fetch(study)  # before there is a folder: a study without its data leaves nothing behind
    with open_results(study, folder, fresh, say) as journal:
        refuse_changes(study, journal, folder)
        keep_question(study, journal)
        keep_description(study, journal)
        summary = Summary(study, folder)
        begun = False
        try:
            while True:
                kept = journal.statuses()
                missing = [t for t in study.trials if t.id not in kept or (retry_failed and kept[t.id] == "failed")]
                summary.study, summary.left = study, len(missing)
                if not begun and study.trials and (missing or journal.record.ended is None):
                    clock = Clock(deadline, executor.capacity, journal)
                    begun = begin(study, journal, executor, missing or study.trials, clock, say)
                    summary.stopped = "" if begun else "time"
                if missing and not summary.stopped:
                    _train(study, journal, executor, missing, deadline, engine, summary, say)
                if summary.stopped:
                    break
                rows = journal.rows()
                keep_look(study, journal, rows)
                if (more := grow(rows)) is None:
                    break
                study = more
                keep_description(study, journal)
        except KeyboardInterrupt:
            executor.stop()
            summary.stopped = "interrupted"
        finally:
            _write(study, journal, folder)
        if not summary.stopped and not study.part_of:  # of those the tested study has the model
            save_best(study, journal, folder, executor, deadline, say)
        if summary.trained or journal.record.ended is None:
            journal.keep(ended=manifest.now())
        manifest.write_manifest(journal, folder, study)
        summary.mean_seconds = mean_seconds(journal)
        wanted = {trial.id for trial in study.trials}
        for trial, status in journal.statuses().items():
            if trial in wanted:
                summary.statuses[status] = summary.statuses.get(status, 0) + 1
    return summary


def _train(
    study: Study,
    journal: Journal,
    executor: Executor,
    missing: list[Trial],
    deadline: float | None,
    engine: str,
    summary: Summary,
    say: Callable[[str], None],
) -> None:
    clock = Clock(deadline, executor.capacity, journal)
    start = time.monotonic()
    work = jobs.plan_work(study, journal, executor, missing, engine, clock.left)
    if work is None:
        summary.stopped = "time"
        return
    for reason, count in work.reasons.items():
        say(f"{study.name}: {count} of {len(missing)} trials train one by one: {reason}")
    total = len(study.trials)
    shown = progress(study.name, total, total - len(missing), executor.capacity, say)
    best = BestSoFar(study, journal.rows())
    trials = {trial.id: trial for trial in missing}
    training = jobs.Training(study, journal, executor, clock.left, shown.note_epoch, say)
    last, pause = time.monotonic(), _CSV_EVERY
    try:
        for chunks, alone in _rounds(study, work, deadline is not None, journal.plan.cut()):
            if not clock.allows(sum(map(len, chunks)) + len(alone), first=summary.trained == 0):
                summary.stopped = "time"
                break
            for outcomes in training.run(chunks, alone):
                whole = [replace(outcome, row=_row(study, trials[outcome.trial], outcome)) for outcome in outcomes]
                journal.add(*whole)
                summary.trained += len(whole)
                summary.left -= len(whole)
                for outcome in whole:
                    shown.add(outcome.row["status"], best.add(outcome.row))
                if time.monotonic() - last > pause:
                    start = time.monotonic()
                    _write(study, journal, summary.folder)
                    last = time.monotonic()
                    pause = max(_CSV_EVERY, 10 * (last - start))
            if clock.over:
                for trial, why in jobs.keep_cut(
                    journal, training.dropped, mean_seconds(journal), time.monotonic() - start
                ):
                    outcome = worker.failed_outcome(trial, f"{why}; --retry-failed tries again")
                    journal.add(replace(outcome, row=_row(study, trial, outcome)))
                    summary.left -= 1
                    say(f"{study.name}: a trial has failed: {outcome.row['error']}")
                summary.stopped = "time" if summary.left else ""
                break
    finally:
        shown.finish()


def _rounds(
    study: Study, work: jobs.Work, in_time: bool, cut: dict[Pair, int]
) -> Iterator[tuple[list[Chunk], list[Trial]]]:
    """All work at once where there is no deadline; else seed by seed where chunks allow it, so that no cell lags.

    cut: what used up the time of an earlier run; it comes last.
    """
    if not in_time:
        yield work.chunks, work.alone
        return
    for seed in study.seeds:
        chunks = [chunk for chunk in work.chunks if chunk.seeds[0] == seed and not jobs.was_cut(chunk, cut)]
        alone = [trial for trial in work.alone if trial.seed == seed and not jobs.was_cut(trial, cut)]
        if chunks or alone:
            yield chunks, alone
    chunks = [chunk for chunk in work.chunks if jobs.was_cut(chunk, cut)]
    alone = [trial for trial in work.alone if jobs.was_cut(trial, cut)]
    if chunks or alone:
        yield chunks, alone


def _row(study: Study, trial: Trial, outcome: Outcome) -> PlainTable:
    return {
        "study": study.name,
        "trial": trial.id,
        "cell": trial.cell,
        "seed": trial.seed,
        "task": study.task,
        "model": study.model,
        **study.labels(trial.settings),
        **outcome.row,
    }


def _write(study: Study, journal: Journal, folder: Path) -> None:
    write_csvs(journal, folder, study.settings, study.metrics)


def resume_hint(summary: Summary, workers: int) -> str:
    """What is left of a run that stopped early, and how to go on."""
    why = "stopped in time" if summary.stopped == "time" else "interrupted"
    seconds = summary.left * summary.mean_seconds / workers
    time_left = f", about {duration(seconds)}" if seconds else ""
    kept = (
        "nothing is lost"
        if summary.trained or summary.stopped != "time"
        else ("no stack was done in that time (--engine serial keeps every single trial)")
    )
    return f"{why}: {summary.left} trials left{time_left}; {kept}, go on with: {summary.study.command}"
