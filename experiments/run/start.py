"""What a run does before it trains: refuse impossible requests, check models, record what trials are computed with."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from experiments.errors import RequestError, said
from experiments.run.clock import Clock
from experiments.store import manifest
from experiments.store.environment import environment_here
from experiments.store.journal import Journal
from experiments.study.differences import find_differences
from experiments.study.study import Study
from experiments.study.trial import Trial
from experiments.tasks import keras_cache
from experiments.tasks.kept import refuse_other_data, with_cause
from experiments.train import worker
from experiments.train.executors.catalog import FOR_OBJECTS
from experiments.train.executors.executor import Ended, Executor, Job, Key
from experiments.train.executors.run_jobs import run_jobs

_CHECKED = 60.0  # seconds after which models are left unchecked, once all else is known


def refuse_executor(study: Study, executor: Executor) -> None:
    """RequestError where the executor can't give jobs the objects that the study holds."""
    if study.objects and not executor.shares_objects:
        raise RequestError(
            f"{study.name}: it holds functions or data of this process, which no other process can have; "
            f'executor: allowed is "{FOR_OBJECTS}"'
        )


def refuse_changes(study: Study, journal: Journal, folder: Path) -> None:
    """RequestError where the results are of a study that differs in more than seeds and levels."""
    known = journal.record
    if known.fixed is None:
        return
    environment = known.environment.as_table() if known.environment else None
    if differences := list(with_cause(find_differences(study, known.fixed), environment)):
        raise RequestError(
            f"{folder}: results of a study that differs; --fresh sets them aside\n"
            + "\n".join(f"  {line}" for line in differences)
        )


def fetch(study: Study) -> None:
    """Fetch data that must be on this machine before workers start; TaskUnavailable where it can't be had."""
    if study.task in keras_cache.FILES:
        keras_cache.fetch(study.task)


def begin(
    study: Study,
    journal: Journal,
    executor: Executor,
    missing: list[Trial],
    clock: Clock,
    say: Callable[[str], None],
) -> bool:
    """Record what trials are computed with; refuse changed data, another backend, and models that can't train.

    Returns whether there was time for it.
    """
    fetch(study)
    record = journal.record
    executor.arrange(record.threads, measure=clock.left() is None)
    ended = _describe_and_check(executor, study, missing, clock)
    if (described := ended.get("describe")) is None:
        return False
    if described.error:
        raise _as_request(study, described.error)
    _report_check(study, ended.get("check"), say)
    known = record.environment
    now = replace(environment_here(known), **described.value, data_trial=study.trials[0].id)
    if known and known.data_digest:
        same_trial = known.data_trial == now.data_trial
        refuse_other_data(study.task, known.as_table(), now.as_table(), same_trial=same_trial)
    if known and known.backend not in (None, now.backend):
        raise RequestError(
            f"backend: the results have {known.backend}, this run {now.backend}; "
            "losses differ between backends, so they don't mix: --fresh sets the old results aside"
        )
    fixed = study.fixed
    if kept := record.fixed:
        fixed |= {
            "sources": kept["sources"] | fixed["sources"],
            "factors": sorted({*kept["factors"], *fixed["factors"]}),
        }
    journal.keep(
        environment=now,
        fixed=fixed,
        digest=study.digest,
        threads=record.threads if executor.threads is None else executor.threads,
        started=record.started or manifest.now(),
    )
    return True


def _describe_and_check(executor: Executor, study: Study, missing: list[Trial], clock: Clock) -> dict[str, Ended]:
    """How the jobs "describe" and "check" ended; the latter is not there where it took too long."""
    wanted = [
        Job("describe", worker.describe, (study, study.trials[0])),
        Job("check", worker.check, (study, missing)),
        *(Job("ready", worker.import_libraries, ()) for _ in range(min(executor.capacity, len(missing)) - 2)),
    ]
    ended: dict[Key, Ended] = {}
    end = float("inf")

    def left() -> float | None:
        whole = clock.left()
        return whole if "describe" not in ended else max(0.0, end - time.monotonic())

    for event in run_jobs(executor, wanted, left):
        ended[event.key] = event
        if event.key == "describe":
            whole = clock.left()
            end = time.monotonic() + (_CHECKED if whole is None else min(_CHECKED, whole / 4))
    return ended


def _report_check(study: Study, checked: Ended | None, say: Callable[[str], None]) -> None:
    """Raise what the check refuses, print what else it found; where it broke off, each trial reports its own error."""
    if checked is None or checked.lost:
        return
    if isinstance(checked.error, RequestError):
        raise RequestError(f"{study.name}: nothing was trained\n{checked.error}")
    for line in [f"{study.name}: not checked: {checked.error}"] if checked.error else checked.value:
        say(line)


def _as_request(study: Study, error: Exception) -> Exception:
    if isinstance(error, RequestError):
        return error
    return RequestError(f"{study.name}: the task {study.task} can't be drawn: {said(error)}")
