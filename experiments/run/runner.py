"""A study → rows: what is missing is trained, each row kept the moment its trial ends."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from experiments.analysis.failure_cost import ended_rows, scores_with_costs
from experiments.analysis.ranking import Ranking, ranking
from experiments.errors import RequestError, said
from experiments.run.progress import duration, progress
from experiments.store import manifest
from experiments.store.csvs import in_order, write_csvs
from experiments.store.files import write_bytes
from experiments.store.journal import Journal, Outcome
from experiments.store.results_folder import opened
from experiments.study.question import stamped
from experiments.study.study import Study
from experiments.study.trial import Trial
from experiments.tasks import keras_cache
from experiments.tasks.kept import refuse_other_data, with_cause
from experiments.train import jobs, worker
from experiments.train.chunk import Chunk
from experiments.train.executors.catalog import FOR_OBJECTS
from experiments.train.executors.executor import Ended, Executor, Job
from experiments.train.executors.run_jobs import run_jobs

_CHECKED = 60.0  # seconds after which models are left unchecked, once all else is known
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
    grow: Callable[[list[dict[str, Any]]], Study | None] = lambda rows: None,
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
    _refuse_executor(study, executor)
    folder = results / study.name
    if not folder.exists():
        _fetch(study)  # before there is a folder: a study without its data leaves nothing behind
    with opened(study, folder, fresh, say) as journal:
        _refuse_changes(study, journal, folder)
        _keep_question(study, journal)
        _keep_description(study, journal)
        summary = Summary(study, folder)
        begun = False
        try:
            while True:
                kept = journal.statuses()
                missing = [t for t in study.trials if t.id not in kept or (retry_failed and kept[t.id] == "failed")]
                summary.study, summary.left = study, len(missing)
                if not begun and study.trials and (missing or journal.fact("ended") is None):
                    clock = _Clock(deadline, executor.capacity, journal)
                    begun = _begin(study, journal, executor, missing or study.trials, clock, say)
                    summary.stopped = "" if begun else "time"
                if missing and not summary.stopped:
                    _train(study, journal, executor, missing, deadline, engine, summary, say)
                if summary.stopped:
                    break
                rows = journal.rows()
                _keep_look(study, journal, rows)
                if (more := grow(rows)) is None:
                    break
                study = more
                _keep_description(study, journal)
        except KeyboardInterrupt:
            executor.stop()
            summary.stopped = "interrupted"
        finally:
            _write(study, journal, folder)
        if not summary.stopped and not study.part_of:  # of those the tested study has the model
            _save_best(study, journal, folder, executor, deadline, say)
        if summary.trained or journal.fact("ended") is None:
            journal.set_fact("ended", manifest.now())
        manifest.write_manifest(journal, folder, study)
        summary.mean_seconds = mean_seconds(journal)
        wanted = {trial.id for trial in study.trials}
        for trial, status in journal.statuses().items():
            if trial in wanted:
                summary.statuses[status] = summary.statuses.get(status, 0) + 1
    return summary


def _refuse_executor(study: Study, executor: Executor) -> None:
    if study.objects and not executor.shares_objects:
        raise RequestError(
            f"{study.name}: it holds functions or data of this process, which no other process can have; "
            f'executor: allowed is "{FOR_OBJECTS}"'
        )


def _refuse_changes(study: Study, journal: Journal, folder: Path) -> None:
    kept = journal.fact("fixed")
    differences = [] if kept is None else list(with_cause(study.differences(kept), journal.fact("environment")))
    if differences:
        raise RequestError(
            f"{folder}: results of a study that differs; --fresh sets them aside\n"
            + "\n".join(f"  {line}" for line in differences)
        )


def _begin(
    study: Study,
    journal: Journal,
    executor: Executor,
    missing: list[Trial],
    clock: "_Clock",
    say: Callable[[str], None],
) -> bool:
    """Keep what the study runs on; refuse data or a backend that have changed, and models that can't be trained.

    Whether there was the time for it.
    """
    _fetch(study)
    executor.arrange(journal.fact("threads"), measure=clock.left() is None)
    answers = _asked(executor, study, missing, clock)
    if (answer := answers.get("describe")) is None:
        return False
    if answer.error:
        raise _as_request(study, answer.error)
    _heed(study, answers.get("check"), say)
    known = journal.fact("environment")
    facts, first = answer.value, study.trials[0]
    if known and known.get("data_digest"):
        refuse_other_data(study.task, known, facts, same_trial=known.get("data_trial") == first.id)
    if known and known["backend"] != facts["backend"]:
        raise RequestError(
            f"backend: the results have {known['backend']}, this run {facts['backend']}; "
            "losses differ between backends, so they don't mix: --fresh sets the old results aside"
        )
    journal.set_fact("environment", manifest.environment(known) | facts | {"data_trial": first.id})
    fixed = study.fixed
    if kept := journal.fact("fixed"):
        fixed |= {
            "sources": kept["sources"] | fixed["sources"],
            "factors": sorted({*kept["factors"], *fixed["factors"]}),
        }
    journal.set_fact("fixed", fixed)
    journal.set_fact("digest", study.digest)
    if executor.threads is not None:
        journal.set_fact("threads", executor.threads)  # last bits may depend on them
    if journal.fact("started") is None:
        journal.set_fact("started", manifest.now())
    return True


def _asked(executor: Executor, study: Study, missing: list[Trial], clock: "_Clock") -> dict[str, Ended]:
    """What describes the study, and what its models come to in a check, unless that takes too long."""
    wanted = [
        Job("describe", worker.describe, (study, study.trials[0])),
        Job("check", worker.check, (study, missing)),
        *(Job("ready", worker.ready, ()) for _ in range(min(executor.capacity, len(missing)) - 2)),
    ]
    answers: dict[str, Ended] = {}
    end = float("inf")

    def left() -> float | None:
        whole = clock.left()
        return whole if "describe" not in answers else max(0.0, end - time.monotonic())

    for answer in run_jobs(executor, wanted, left):
        answers[answer.key] = answer
        if answer.key == "describe":
            whole = clock.left()
            end = time.monotonic() + (_CHECKED if whole is None else min(_CHECKED, whole / 4))
    return answers


def _heed(study: Study, checked: Ended | None, say: Callable[[str], None]) -> None:
    """Refuse what does not fit, and say what else was found; a check that broke off leaves it to the trials to tell."""
    if checked is None or checked.lost:
        return
    if isinstance(checked.error, RequestError):
        raise RequestError(f"{study.name}: nothing was trained\n{checked.error}")
    for line in [f"{study.name}: not checked: {checked.error}"] if checked.error else checked.value:
        say(line)


def _keep_question(study: Study, journal: Journal) -> None:
    """The question with a stamp, before any trial of this run: what was asked first stays beside what is asked now."""
    if study.part_of or study.stamped_question is None:
        return
    stamps = journal.fact("questions") or []
    now = stamped(stamps, study.stamped_question, len(journal.statuses()), manifest.now())
    if now != stamps:
        journal.set_fact("questions", now)


def _keep_description(study: Study, journal: Journal) -> None:
    """What the results hold, as the manifest tells it: this study, and the seeds and levels of earlier requests."""
    now, before = study.describe(), journal.fact("study") or {}
    now["seeds"] = sorted({*now["seeds"], *before.get("seeds", [])})
    for name, levels in now["factors"].items():
        kept = before.get("factors", {}).get(name, [])
        if isinstance(levels, list) and isinstance(kept, list) and not all(level in levels for level in kept):
            now["factors"][name] = kept + [level for level in levels if level not in kept]
    if len(before.get("proposed", [])) > len(now.get("proposed", [])):
        now["proposed"] = before["proposed"]
    if now != before:
        journal.set_fact("study", now)


def _keep_look(study: Study, journal: Journal, rows: list[dict[str, Any]]) -> None:
    """With how many seeds results were there whole: looking again with more is another chance of a false finding.

    Fewer seeds than the study asks for by itself are a trial run of it, and no look.
    """
    seeds = {row["seed"] for row in rows}
    count = len(seeds & set(study.seeds) if study.looks else seeds)
    looked = journal.fact("looked") or []
    if count >= study.declared_seeds and count not in [one["seeds"] for one in looked]:
        journal.set_fact("looked", [*looked, {"seeds": count, "planned": list(study.looks)}])


def _fetch(study: Study) -> None:
    """Data that must be on this machine before workers start; TaskUnavailable where it can't be had."""
    if study.task in keras_cache.FILES:
        keras_cache.fetch(study.task)


def _as_request(study: Study, error: Exception) -> Exception:
    if isinstance(error, RequestError):
        return error
    return RequestError(f"{study.name}: the task {study.task} can't be drawn: {said(error)}")


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
    clock = _Clock(deadline, executor.capacity, journal)
    start = time.monotonic()
    work = jobs.plan_work(study, journal, executor, missing, engine, clock.left)
    if work is None:
        summary.stopped = "time"
        return
    for reason, count in work.reasons.items():
        say(f"{study.name}: {count} of {len(missing)} trials train one by one: {reason}")
    total = len(study.trials)
    shown = progress(study.name, total, total - len(missing), executor.capacity, say)
    best = _Best(study, journal.rows())
    trials = {trial.id: trial for trial in missing}
    training = jobs.Training(study, journal, executor, clock.left, shown.hear, say)
    last, pause = time.monotonic(), _CSV_EVERY
    try:
        for chunks, alone in _rounds(study, work, deadline is not None, jobs.cut_before(journal)):
            if not clock.allows(sum(map(len, chunks)) + len(alone), first=summary.trained == 0):
                summary.stopped = "time"
                break
            for outcomes in training.run(chunks, alone):
                whole = [replace(one, row=_row(study, trials[one.trial], one)) for one in outcomes]
                journal.add(*whole)
                summary.trained += len(whole)
                summary.left -= len(whole)
                for one in whole:
                    shown.add(one.row["status"], best.add(one.row))
                if time.monotonic() - last > pause:
                    start = time.monotonic()
                    _write(study, journal, summary.folder)
                    last = time.monotonic()
                    pause = max(_CSV_EVERY, 10 * (last - start))
            if clock.over:
                for trial, why in jobs.keep_cut(
                    journal, training.dropped, mean_seconds(journal), time.monotonic() - start
                ):
                    outcome = worker.failed(trial, f"{why}; --retry-failed tries again")
                    journal.add(replace(outcome, row=_row(study, trial, outcome)))
                    summary.left -= 1
                    say(f"{study.name}: a trial has failed: {outcome.row['error']}")
                summary.stopped = "time" if summary.left else ""
                break
    finally:
        shown.finish()


def _rounds(
    study: Study, work: jobs.Work, in_time: bool, cut: dict[jobs.Pair, int]
) -> Iterator[tuple[list[Chunk], list[Trial]]]:
    """Work at once where there is no deadline; else by seed, as far as chunks hold one, so that cells keep pace.

    cut: what took all the time of an earlier run; it comes when all else is done.
    """
    if not in_time:
        yield work.chunks, work.alone
        return
    for seed in study.seeds:
        chunks = [chunk for chunk in work.chunks if chunk.seeds[0] == seed and not jobs.was_cut(chunk, cut)]
        alone = [trial for trial in work.alone if trial.seed == seed and not jobs.was_cut(trial, cut)]
        if chunks or alone:
            yield chunks, alone
    last = [[one for one in some if jobs.was_cut(one, cut)] for some in (work.chunks, work.alone)]
    if any(last):
        yield last[0], last[1]


class _Clock:
    """Whether there is time for more, judged by the seconds of the trials so far."""

    def __init__(self, deadline: float | None, workers: int, journal: Journal) -> None:
        self._deadline, self._workers, self._journal = deadline, workers, journal

    def left(self) -> float | None:
        """Seconds left, or None without a deadline."""
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    @property
    def over(self) -> bool:
        """Whether the deadline has passed."""
        return self.left() == 0.0

    def allows(self, trials: int, first: bool) -> bool:
        """Whether a seed's trials are expected to end in time; the first seed always starts."""
        left = self.left()
        if left is None or not trials or (first and left > 0):
            return True
        return trials * mean_seconds(self._journal) / self._workers <= left


def mean_seconds(journal: Journal) -> float:
    """The mean time of a trial in the journal, in seconds; 0 without trials."""
    return mean_of(journal.rows())


def mean_of(rows: Iterable[dict[str, Any]]) -> float:
    """The mean time of a trial, in seconds, of those that did not fail; 0 without any."""
    seconds = [row["seconds"] for row in rows if row["status"] != "failed"]
    return sum(seconds) / len(seconds) if seconds else 0.0


def _row(study: Study, trial: Trial, outcome: Outcome) -> dict[str, Any]:
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


class _Best:
    """The best cell so far, in words; judged anew with every fiftieth part more rows, for it takes all of them."""

    def __init__(self, study: Study, rows: list[dict[str, Any]]) -> None:
        self._study, self._rows = study, list(rows)
        self._judged, self._words = 0, ""

    def add(self, row: dict[str, Any]) -> str:
        self._rows.append(row)
        if len(self._rows) - self._judged > self._judged // 50:
            self._judged, self._words = len(self._rows), self._said()
        return self._words

    def _said(self) -> str:
        best = _ranked(self._study, self._rows).best
        if best is None:
            return ""
        row = next(row for row in self._rows if row["cell"] == best.cell)
        levels = ", ".join(str(row[name]) for name in self._study.factors if name in row)
        return f"{self._study.primary.replace('_', ' ')} {best.mean:.4g} ({levels})"


def _write(study: Study, journal: Journal, folder: Path) -> None:
    write_csvs(journal, folder, study.settings, study.metrics)


def _save_best(
    study: Study,
    journal: Journal,
    folder: Path,
    executor: Executor,
    deadline: float | None,
    say: Callable[[str], None],
) -> None:
    """`best.keras`: the best cell at its best-validation seed, trained again; it must come to the same row.

    Where that trial is none of this request, what an earlier one has left stands, and the page says so.
    """
    rows = {row["trial"]: row for row in journal.rows()}
    known = {trial.id: trial for trial in study.trials}
    best = best_trial(study, rows.values())
    place = folder / "best.keras"
    if best not in known or (journal.fact("best") == best and place.is_file()):
        return
    trial = known[best]
    chunk = jobs.chunk_of(journal, trial) if rows[best]["engine"] == "fused" else None
    pairs = {(one.cell, one.seed): one for one in study.trials}
    if chunk and not all(pair in pairs for pair in chunk.trials):
        return  # it was trained among others that this part of the study does not have
    others = [pairs[pair] for pair in chunk.trials] if chunk else []
    clock = _Clock(deadline, executor.capacity, journal)
    answers = list(run_jobs(executor, [Job(None, worker.save, (study, trial, chunk, others))], clock.left))
    if not answers:
        say(f"{place}: not written, the time was up; the same command writes it")
        return
    (answer,) = answers
    if answer.error:
        say(f"{place}: not written: {answer.error}")
        return
    row, (again, model) = rows[trial.id], answer.value
    try:
        write_bytes(place, model)
    except OSError as error:
        say(f"{place}: not written: {error}")
        return
    differing = [name for name in sorted(set(again) & set(row) - {"seconds"}) if not _same(again[name], row[name])]
    if differing:
        say(f"{place}: trained again, it differs from its row in {', '.join(differing)}: another machine or version")
    journal.set_fact("best", trial.id)


def _same(one: Any, other: Any) -> bool:
    return one == other or (one != one and other != other)  # noqa: PLR0124 (NaN is what differs from itself)


def best_trial(study: Study, rows: Iterable[dict[str, Any]]) -> str | None:
    """The id of the best seed of the best cell, or None where no trial has a score.

    rows: all of the results, also where the request was for a part of the study. The best is what pages rank first.
    """
    ordered = in_order(rows, study.settings)
    found = _ranked(study, ordered)
    if found.best is None:
        return None
    best = found.best.cell, found.best_seed
    return next(row["trial"] for row in ordered if (row["cell"], row["seed"]) == best)


def _ranked(study: Study, rows: Iterable[dict[str, Any]]) -> Ranking:
    """`ranking` of rows, as pages have it. rows: in the order of the CSV."""
    baseline = None if study.design == "random" else study.trial(study.base, 0).cell
    score = f"validation_{study.primary}"
    rows = list(rows)
    costed = scores_with_costs(ended_rows(rows, score, study.task_settings), study.direction, study.failure_score)
    trials = ((row["cell"], row["seed"], row["status"], cost) for row, (cost, _) in zip(rows, costed, strict=True))
    return ranking(trials, study.direction, baseline=baseline)


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
