"""What jobs call, wherever an executor runs them: train a trial or a stack, plan, check, describe, save."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from experiments.errors import said
from experiments.store.chunk import Chunk
from experiments.store.journal import Outcome
from experiments.study import catalog
from experiments.study.imports import add_folder
from experiments.study.study import Study
from experiments.study.trial import Trial, canonical
from experiments.study.types import KerasPart, Plain, PlainTable
from experiments.train.executors import call
from experiments.train.messages import say

_KEPT = 4  # data sets kept in memory: trials of a seed follow one another
_recent: PlainTable = {}
_test_sets: dict[str, str | None] = {}  # digests, of sealed tasks of the user's own
_kept_cells: PlainTable = {}

Result = TypeVar("Result")


def _leave_random_state(function: Callable[..., Result]) -> Callable[..., Result]:
    """A job that leaves the random state of this process, which may be a user's notebook, as it was."""

    @wraps(function)
    def job(*given: Plain) -> Result:
        from experiments.models.global_state import keep_randomness

        with keep_randomness():
            return function(*given)

    return job


@_leave_random_state
def train(study: Study, trial: Trial) -> Outcome:
    """A trial's outcome; whatever a user's part raises becomes a row with status "failed"."""
    from experiments.train import serial

    start = time.perf_counter()
    try:
        task, data = _task_and_data(study, trial)
        return serial.train(study, trial, task, data)[0]
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and not call.in_process_of_jobs():
            raise
        call.log_error()
        return failed_outcome(trial, said(error), time.perf_counter() - start)


def import_libraries() -> None:
    """Import what training needs, so that a first job does not wait for it."""
    from experiments.train import serial  # noqa: F401
    from experiments.train.fused import trainer  # noqa: F401


def measure_speed() -> tuple[float, bool]:
    """Steps a second of a stack that stands for all, and whether an accelerator does them."""
    from experiments.train.fused.speed import measure_speed

    return measure_speed()


@_leave_random_state
def plan(study: Study, trials: list[Trial]) -> tuple[list[Chunk], dict[str, str]]:
    """Which of some trials train as one stack; and the cells that can't, by id, with the reason."""
    from experiments.train.fused.plan import plan

    chunks: list[Chunk] = []
    refused: dict[str, str] = {}
    for some in _by_task(study, trials):
        found, not_found = plan(study, some, _cells(study, some[0]))
        chunks += found
        refused |= not_found
    return chunks, refused


@_leave_random_state
def check(study: Study, trials: list[Trial]) -> list[str]:
    """Put one model of each form among some trials through one batch; what is to be said before they train.

    Raises RequestError where a model, its head or its data do not fit.
    """
    from experiments.train import forms

    found: dict[str, None] = {}
    for some in _by_task(study, trials):
        task, data = _task_and_data(study, some[0])
        found |= dict.fromkeys(forms.check(study, some, task, data, _cells(study, some[0])))
    return list(found)


@_leave_random_state
def compare(study: Study, chunk: Chunk, trials: list[Trial], count: int) -> tuple[float, float] | None:
    """Seconds of a trial in a stack and by itself; None where it doesn't matter. count: trials of the kind."""
    from experiments.train.fused.payoff import seconds_a_trial

    by_place, cells, data = _parts(study, chunk, trials)
    return seconds_a_trial(study, chunk, by_place, cells, data, count)


@_leave_random_state
def train_chunk(study: Study, chunk: Chunk, trials: list[Trial]) -> list[Outcome]:
    """The outcomes of a chunk's trials; a message is sent after every epoch."""

    def tell(epoch: int) -> None:
        say((epoch, trials[0].settings["epochs"]))

    return _trainer(study, chunk, trials).run(tell)


def failed_outcome(trial: Trial, error: str, seconds: float = 0.0) -> Outcome:
    """The outcome of a trial that could not be trained; its error in one line."""
    row = {"status": "failed", "epochs_run": 0, "engine": "serial", "seconds": round(seconds, 3)}
    return Outcome(trial.id, row | {"error": " ".join(error.split())[:500]})


@_leave_random_state
def save(study: Study, trial: Trial, chunk: Chunk | None, trials: list[Trial]) -> tuple[PlainTable, bytes]:
    """Train a trial again: its row, and its model as the bytes of a `.keras` file, as its recipe finishes it.

    chunk: the one that it was trained in, of these trials; None where it was trained by itself.
    """
    from experiments.train import serial

    if chunk:
        trainer = _trainer(study, chunk, trials)
        outcome = next(outcome for outcome in trainer.run() if outcome.trial == trial.id)
        model = trainer.model(trial.cell, trial.seed)
    else:
        outcome, model = serial.train(study, trial, *_task_and_data(study, trial))
    with TemporaryDirectory() as folder:
        place = Path(folder) / "best.keras"
        model.save(place)
        return outcome.row, place.read_bytes()


def describe(study: Study, trial: Trial) -> PlainTable:
    """What this process trains with: backend, device, float type; and digest and sizes of the data of one trial."""
    import keras

    from experiments.recipes.recipe import loaded, recipe_of
    from experiments.tasks.check import draws_any_seed
    from experiments.tasks.digest import data_digest
    from experiments.tasks.sealed import shared

    task, data = _task_and_data(study, trial)
    recipe_of(study).check_metrics(task, data)
    own = loaded(study, trial.settings)  # the data as they are kept, whatever the recipe learns from them
    sizes = {part: len(getattr(data, part)) for part in ("train", "validation", "test")}
    return {
        "backend": keras.backend.backend(),
        "device": ", ".join(keras.distribution.list_devices()),
        "floatx": keras.config.floatx(),
        "data_digest": data_digest(data if own.draw == task.draw else own.draw(trial.seed)),
        "data": {
            **sizes,
            "input_shape": list(task.input_shape),
            "outputs": task.outputs,
            "sealed": task.sealed,
            **shared(*_two_draws(study, draws_any_seed(study.task, task))),
            **({"parts": task.parts} if task.parts else {}),
            **({} if data.weights is None else {"weighted": True}),
        },
    }


def _two_draws(study: Study, any_seed: bool) -> tuple[KerasPart, KerasPart]:
    """The data of two seeds, where splits are drawn anew if any level says so; None for a second that can't be had."""
    trial = next((trial for trial in study.trials if trial.settings.get("resample")), study.trials[0])
    data = _task_and_data(study, trial)[1]
    other = next((seed for seed in study.seeds if seed != trial.seed), None)
    if other is None and any_seed:
        other = trial.seed + 1
    return data, None if other is None else _task_and_data(study, study.trial(trial.settings, other))[1]


def _trainer(study: Study, chunk: Chunk, trials: list[Trial]) -> KerasPart:
    from experiments.train.fused.trainer import Trainer

    return Trainer(chunk, *_parts(study, chunk, trials))


def _parts(
    study: Study, chunk: Chunk, trials: list[Trial]
) -> tuple[dict[tuple[str, int], Trial], KerasPart, list[KerasPart]]:
    """What a chunk is trained from: its trials by cell and seed, the study's cells, the data of its seeds."""
    by_place = {(trial.cell, trial.seed): trial for trial in trials}
    data = [_task_and_data(study, by_place[chunk.cells[0], seed])[1] for seed in chunk.seeds]
    return by_place, _cells(study, trials[0]), data


def _cells(study: Study, trial: Trial) -> KerasPart:
    """The cells of a study on the task of a trial, kept for the next chunk."""
    from experiments.train.fused.cell import Cells

    objects = [id(part) for part in study.objects.values()]  # of a notebook: the same ones, not only equal ones
    key = canonical([study.digest, study.folder, study.telemetry, _task_settings(study, trial), objects])
    if key not in _kept_cells:
        _kept_cells.clear()
        _kept_cells[key] = (
            Cells(study, _task(study, trial)),
            study,
        )  # with its objects, which are known by identity
    return _kept_cells[key][0]


def _by_task(study: Study, trials: list[Trial]) -> list[list[Trial]]:
    """The trials of each task, for its settings may be factors."""
    found: dict[str, list[Trial]] = {}
    for trial in trials:
        found.setdefault(canonical(_task_settings(study, trial)), []).append(trial)
    return list(found.values())


def _task_settings(study: Study, trial: Trial) -> PlainTable:
    return {name: trial.settings[name] for name in study.task_settings}


def _task(study: Study, trial: Trial) -> KerasPart:
    from experiments.recipes.recipe import task_of

    add_folder(study.folder)
    task = task_of(study, trial.settings)
    if task.metrics == study.metrics:
        return task
    return replace(task, metrics=study.metrics, scorers=study.scorers)


def _task_and_data(study: Study, trial: Trial) -> tuple[KerasPart, KerasPart]:
    """A trial's task and data."""
    task = _task(study, trial)
    if "task" in study.objects:
        return task, _check_data(study, task, task.draw(trial.seed), f"{study.recipe} {id(study.objects['task'].draw)}")
    made = canonical([study.task, study.recipe, study.folder, _task_settings(study, trial)])
    key = f"{made} {trial.seed}"
    if key not in _recent:
        if len(_recent) == _KEPT:
            _recent.pop(next(iter(_recent)))
        data = task.draw(trial.seed)
        _recent[key] = data if study.task in catalog.TASKS else _check_data(study, task, data, made)
    return task, _recent[key]


def _check_data(study: Study, task: KerasPart, data: KerasPart, key: str) -> KerasPart:
    """Data that a task has drawn; RequestError where one of the user's own draws what can't be trained on or scored.

    key: of the task; all of its draws have one test part, where it is sealed.
    """
    from experiments.recipes.recipe import recipe_of
    from experiments.tasks.check import check_data, check_sealed

    check_data(task, data)
    recipe_of(study).check_metrics(task, data)
    _test_sets[key] = check_sealed(task, data, _test_sets.get(key))
    return data
