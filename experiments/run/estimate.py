"""How long a study would take: from its own rows, or from a stack or a trial that is tried for a few epochs."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments.errors import RequestError
from experiments.run.clock import mean_seconds_of_rows
from experiments.run.progress import duration
from experiments.store.chunk import Chunk
from experiments.store.journal import NAME, Outcome
from experiments.store.rebuilt import Kept, has_rows, read_kept
from experiments.store.record import Record
from experiments.study.study import Study
from experiments.study.trial import Trial
from experiments.train import worker
from experiments.train.executors.executor import Executor, Job
from experiments.train.executors.run_jobs import run_jobs
from experiments.train.jobs import worth_compiling


def estimate(study: Study, results: Path, executor: Executor, engine: str = "auto") -> str:
    """A line on how many trials there are, how many are missing, and how long they would take here.

    Writes nothing. Raises RequestError where the trial that is tried fails.
    """
    folder = results / study.name
    found = read_kept(study, folder) if (folder / NAME).is_file() or has_rows(folder) else Kept([], Record())
    kept, seconds = {outcome.trial for outcome in found.outcomes}, mean_seconds_of_rows(found.rows)
    missing = [trial for trial in study.trials if trial.id not in kept]
    text = f"{study.name}: {len(study.cells)} cells × {len(study.seeds)} seeds = {len(study.trials)} trials"
    if study.looks:
        text += f" (the first of {len(study.looks)} looks)"
    if study.extend_rates:
        text += ", more if best rates lie at an end"
    if not missing:
        return f"{text}, none missing"
    total, source = seconds * len(missing), f"the mean of {len(kept)} trials so far"
    if not seconds:
        total, source = _measure_missing(study, missing, executor, engine)
    total /= min(executor.capacity, len(missing))
    return f"{text}, {len(missing)} missing: about {duration(total)} with {executor.capacity} workers ({source})"


def _measure_missing(study: Study, missing: list[Trial], executor: Executor, engine: str) -> tuple[float, str]:
    """The seconds of all missing trials in one process, and from what that is known."""
    if engine == "serial":
        return _one_trial(study, missing[0], executor) * len(missing), "one trial tried for 1 and for 3 epochs"
    once = [_shorten(trial, 1) for trial in missing]
    stacks = _stacks(study, once, executor)
    if not stacks:
        return _one_trial(study, missing[0], executor) * len(missing), "one trial tried for 1 and for 3 epochs"
    place = max(range(len(stacks)), key=lambda at: len(stacks[at]))
    first, short = (_of_stack(study, stacks[place], once, executor) for _ in range(2))
    thrice = [_shorten(trial, 3) for trial in missing]
    long = _of_stack(study, _stacks(study, thrice, executor)[place], thrice, executor)
    stacked = {pair for chunk in stacks for pair in chunk.trials}
    apart = [(cut.cell, cut.seed) not in stacked for cut in once]
    epochs = [trial.settings["epochs"] for trial, out in zip(missing, apart, strict=True) if not out]
    total = sum(_extrapolate(short, long, count) for count in epochs) / len(stacks[place])
    total += len({chunk.program for chunk in stacks}) * max(first - short, 0.0)
    alone = [trial for trial, out in zip(missing, apart, strict=True) if out]
    source = f"a stack of {len(stacks[place])} trials tried for 1 and for 3 epochs"
    if alone:
        total += _one_trial(study, alone[0], executor) * len(alone)
        source += f", and one of {len(alone)} that train one by one"
    return total, source


def _stacks(study: Study, trials: list[Trial], executor: Executor) -> list[Chunk]:
    (answer,) = run_jobs(executor, [Job(None, worker.plan, (study, trials))])
    return worth_compiling(answer.value[0]) if answer.value else []


def _of_stack(study: Study, chunk: Chunk, trials: list[Trial], executor: Executor) -> float:
    """The seconds of a stack."""
    by_place = {(trial.cell, trial.seed): trial for trial in trials}
    arguments = (study, chunk, [by_place[pair] for pair in chunk.trials])
    (answer,) = run_jobs(executor, [Job(None, worker.train_chunk, arguments)])
    if answer.error:
        raise RequestError(f"{study.name}: the stack that was tried failed: {answer.error}")
    return sum(_seconds(study, outcome) for outcome in answer.value)


def _one_trial(study: Study, trial: Trial, executor: Executor) -> float:
    """The seconds of a whole trial."""

    def seconds(epochs: int) -> float:
        (answer,) = run_jobs(executor, [Job(None, worker.train, (study, _shorten(trial, epochs)))])
        return _seconds(study, answer.value or worker.failed_outcome(trial, str(answer.error)))

    seconds(1)  # the first one in a process also pays for imports
    return _extrapolate(seconds(1), seconds(3), trial.settings["epochs"])


def _seconds(study: Study, outcome: Outcome) -> float:
    if outcome.row["status"] == "failed":
        raise RequestError(f"{study.name}: the trial that was tried failed: {outcome.row['error']}")
    return float(outcome.row["seconds"])


def _extrapolate(once: float, thrice: float, epochs: int) -> float:
    """The seconds of all epochs: those of 1, and of each further one what 3 take longer, halved."""
    return once + (epochs - 1) * max(thrice - once, 0.0) / 2


def _shorten(trial: Trial, epochs: int) -> Trial:
    short: Any = replace(trial, settings=trial.settings | {"epochs": epochs})
    return short
