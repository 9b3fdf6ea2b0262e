"""The way in from Python: declare a study by objects or by file, run it, look at its results."""

import dataclasses
import logging
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.cells import cell_table, study_ranking
from experiments.errors import RequestError, in_python, unknown, wrong
from experiments.followups.calibrate import to_calibrate, write_calibration
from experiments.followups.confirm import after_tuning, to_confirm, write_confirmation
from experiments.followups.growth import Growth
from experiments.followups.source import read_source
from experiments.report.pages.study_page import write_study_report
from experiments.results.results import read_results
from experiments.run import runner
from experiments.study import catalog, study_file, study_table
from experiments.study.builds import check_build, digest_of, name_of
from experiments.study.study import Study as Declared
from experiments.study.types import Build, Objects, OwnPart, Plain, PlainTable
from experiments.tasks import Task, from_arrays
from experiments.tasks.check import check_data, describe_classes
from experiments.tasks.digest import data_digest
from experiments.tasks.load import load as load_task
from experiments.train.executors.catalog import DEFAULT, FOR_OBJECTS, make_executor
from experiments.train.jobs import ENGINES


@contextmanager
def _in_python() -> Iterator[None]:
    """Errors that name arguments, where those of the command line name its options."""
    try:
        yield
    except RequestError as error:
        raise type(error)(in_python(str(error))) from None


class Study:
    """An experiment on your own model and data, or on named ones.

    build: a function that gives an untrained `keras.Model`; its arguments are settings, and so may be factors:
      `activation` arrives as what `Dense(activation=…)` takes, `kernel_regularizer`, `activity_regularizer` and
      `dropout` as the factor `regularizer` fills them, `input_shape`, `outputs` and `seed` as they are, `head` as the
      activation to end in.
      End it in softmax, sigmoid, or raw scores. If it compiles the model, its optimizer, learning rate, loss and
      metrics are settings of the study, unless the study names or varies them. Without `build` the model is a
      multilayer perceptron.
    data: `(x, y)` arrays, of which 20 % test, the same for every seed, and 20 % validate, drawn by each seed; with
      `recipe="reconstruction"`, whose target is the input, `x` alone is enough; or an `experiments.tasks.Task`.
      Whole-number y is classified by softmax (`head="sigmoid"` for a model with one output), float y is regressed;
      floats that are all whole and rows of 0 and 1 need a `head`. Data frames and lists are taken as well, x and y
      paired by position.
    validation_data, test_data: `(x, y)` of your own, the same for every seed; only what is not given is split off
      from `data`, 20 %, and with both all of `data` trains.
    class_weight: class → weight, of the training loss, as in Keras' `fit`. Validation and test losses and metrics count
      every example once. Such trials train one by one.
    sample_weight: a weight for each example of `data`, in the same way.
    head: "softmax", "sigmoid", "ordinal", "multi_label", "fractions" or "linear"; by default as `y` tells. With
      several outputs `data` is `(x, {"kind": …, "size": …})`, and `head`, `loss` and `metrics` are dictionaries by
      output as well.
    loss_weights: output → how much its loss counts, 1 by default; as a factor it is part of a loss,
      `{"kind": …, "size": …, "weights": {"size": 0.5}}`.
    factors: name → list of levels.
    seeds: a count, or whole numbers as a list, range or array; 5 by default.
    settings: whatever else a study file holds: `name`, `question`, `task`, `recipe`, `design`, `baseline`, `without`,
      `epochs`, `batch_size`, `optimizer`, `learning_rate`, `loss`, `metrics`, `model`, `looks`, `tuning_seeds`,
      `extend_rates`, or what is done to training examples (`label_noise`, `train_size` …). A `question` is a text, or
      a dict as the table `[question]` of a file: `{"compare": {"factor": "activation", "level": "tanh"}}` declares the
      comparison that answers it.

    Raises RequestError with one line per mistake.

    >>> Study(task="xor", factors={"activation": ["relu", "tanh"]}, seeds=2)
    Study 'study' on xor: 2 cells × 2 seeds = 4 trials
    """

    def __init__(
        self,
        *,
        build: Build | None = None,
        data: OwnPart = None,
        factors: dict[str, list[Plain]] | None = None,
        seeds: int | list[int] | None = None,
        head: str | Mapping[str, str] | None = None,
        loss_weights: Mapping[str, float] | None = None,
        validation_data: tuple[object, object] | None = None,
        test_data: tuple[object, object] | None = None,
        class_weight: dict[int, float] | None = None,
        sample_weight: OwnPart = None,
        **settings: Any,
    ) -> None:
        if data is not None and "task" in settings:
            raise RequestError("data: got both data and task, allowed is one of them")
        beside = {
            "head": head, "validation_data": validation_data, "test_data": test_data,
            "class_weight": class_weight, "sample_weight": sample_weight,
        }  # fmt: skip
        beside = {name: value for name, value in beside.items() if value is not None}
        objects: Objects = {"sources": {}}
        if data is not None:
            objects["task"] = task = _task(data, beside, settings.get("recipe"))
            drawn = task.draw(0)
            check_data(task, drawn)
            objects["sources"]["arrays"] = data_digest(drawn)
            print("".join(f"{line}\n" for line in describe_classes(task, drawn)), end="")
        elif beside:
            raise RequestError(f"{next(iter(beside))}: given without data, allowed is beside data=(x, y)")
        if build is not None:
            check_build(build)
            objects["model"] = build
            objects["sources"][name_of(build)] = digest_of(build)
        table = {"name": "study", "factors": factors or {}, **settings}
        table |= {} if seeds is None else {"seeds": seeds}
        if loss_weights is not None:
            table["loss"] = _weighted(table.get("loss"), loss_weights, data)
        has_objects = build is not None or data is not None
        self.declared = study_table.read(_plain(table), objects=objects if has_objects else None)
        if build is not None:
            self._take_compiled(_plain(table), objects)

    def _take_compiled(self, table: PlainTable, objects: Objects) -> None:
        """Take what `build` compiles its model with, where the study does not say otherwise, and say so."""
        from experiments.tune.compiled_study import (
            read_settings,  # imports Keras, which whoever has a model has imported
        )

        study = self.declared
        if not catalog.RECIPES[study.recipe].compiles:
            return
        task = objects.get("task") or load_task({"name": study.task, **{n: study.base[n] for n in study.task_settings}})
        named = {*table, *study.factors, *table.get("baseline", {}), *table.get("without", {})}
        found = read_settings(study, task, named)
        if not found:
            return
        self.declared = dataclasses.replace(study_table.read(table | found, objects=objects), compiled=tuple(found))
        labels = self.declared.labels(self.declared.base)
        settings = [
            f"{name} {labels[name]}" if name in labels else f"metrics {', '.join(self.declared.metrics)}"
            for name in found
        ]
        print(f"{study.name}: taken from the model as {study.model} compiles it: {'; '.join(settings)}")

    @classmethod
    def load(cls, place: str | Path) -> "Study":
        """The study of a TOML file, or of a name that comes with the project.

        place: a path, or a name that `ablations list` shows.

        Raises RequestError with one line per mistake.
        """
        study = cls.__new__(cls)
        study.declared = study_file.load(place)
        return study

    declared: Declared

    def __repr__(self) -> str:
        study = self.declared
        counts = f"{len(study.cells)} cells × {len(study.seeds)} seeds = {len(study.trials)} trials"
        return f"Study '{study.name}' on {study.task}: {counts}"

    @_in_python()
    def run(
        self,
        *,
        results: str | Path = "results",
        engine: str = "auto",
        max_time: float | None = None,
        executor: str | None = None,
        workers: int | None = None,
        fresh: bool = False,
        retry_failed: bool = False,
    ) -> "Results":
        """Train what the results lack; with `build` or `data` in this process, else in worker processes.

        results: the folder of all results.
        engine: "auto", "fused" or "serial".
        max_time: seconds after which no more trials start, above 0; None for no end.
        executor: where trials run, such as "processes" or "inline"; None for what the study needs.
        workers: how many worker processes; None for as many as is fastest here.
        fresh: whether old results are set aside.
        retry_failed: whether failed trials are trained again.

        Raises RequestError where the results are of another study.
        """
        options = {"fresh": fresh, "retry_failed": retry_failed, "grow": Growth(self.declared).next}
        deadline = None if max_time is None else time.monotonic() + max_time
        summary = _carry_out(self.declared, Path(results), engine, deadline, executor, workers, **options)
        chosen = None if summary.stopped else after_tuning(summary.study, Path(results))
        if chosen is not None:
            source, best, again = chosen
            found = _carry_out(again, Path(results), engine, deadline, executor, workers, fresh=fresh)
            print("\n".join([] if found.stopped else write_confirmation(source, best, found.folder)))
        return Results(summary.folder)

    @_in_python()
    def confirm(
        self,
        *,
        top: int = 3,
        seeds: int = 20,
        results: str | Path = "results",
        engine: str = "auto",
        max_time: float | None = None,
        executor: str | None = None,
        workers: int | None = None,
    ) -> "Results":
        """Train the `top` best cells, the baseline and every compared level again on fresh seeds, once it has run.

        What comes back are the results on those seeds; the report of the study itself tells of them.

        top: how many of the best cells, at least 1.
        seeds: how many fresh seeds, at least 2.

        Other arguments are those of `run`. Raises RequestError where the study has no results.
        """
        folder, name = Path(results), self.declared.name
        source = read_source(folder, name, self.declared)
        best, again = to_confirm(source, folder / name, top, seeds)
        deadline = None if max_time is None else time.monotonic() + max_time
        found = _carry_out(again, folder, engine, deadline, executor, workers).folder
        print("\n".join(write_confirmation(source, best, found)))
        return Results(found)

    @_in_python()
    def calibrate(
        self,
        *,
        comparisons: int = 200,
        seeds: int | None = None,
        results: str | Path = "results",
        engine: str = "auto",
        max_time: float | None = None,
        executor: str | None = None,
        workers: int | None = None,
    ) -> "Results":
        """Compare the baseline with itself, once it has run: is a difference found where there is none?

        What comes back are the results of both sides; the report of the study itself tells of them.

        comparisons: how many, at least 2.
        seeds: of each comparison, at least 2; None for as many as the study has, at most 20.

        Other arguments are those of `run`. Raises RequestError where the study has no results.
        """
        folder, name = Path(results), self.declared.name
        again = to_calibrate(read_source(folder, name, self.declared), folder / name, comparisons, seeds)
        deadline = None if max_time is None else time.monotonic() + max_time
        found = _carry_out(again, folder, engine, deadline, executor, workers).folder
        print(write_calibration(again, found))
        return Results(found)


def _carry_out(
    study: Declared,
    results: Path,
    engine: str,
    deadline: float | None,
    executor: str | None,
    workers: int | None,
    **options: Any,
) -> runner.Summary:
    """Train what the results of a study lack. deadline: of `time.monotonic()`."""
    if engine not in ENGINES:
        raise RequestError(unknown("engine", engine, ENGINES))
    used = make_executor(executor or (FOR_OBJECTS if study.objects else DEFAULT), results / "log.txt", workers)
    quiet = logging.getLogger("tensorflow")
    quiet.addFilter(_no_retracing)
    try:
        summary = runner.run(study, results, used, deadline=deadline, engine=engine, say=_say, **options)
    finally:
        quiet.removeFilter(_no_retracing)
        used.stop()
    if summary.stopped:
        _say(runner.resume_hint(summary, used.capacity).replace(summary.study.command, "run() once more"))
    return summary


def _say(line: str) -> None:
    print(in_python(line))


class Results:
    """What a study's results folder holds. In a notebook it shows the best cells as a table.

    folder: such as `results/my-study`.

    Raises RequestError where it holds no results.

    >>> import tempfile
    >>> x = np.random.default_rng(0).normal(size=(60, 2))
    >>> study = Study(data=(x, (x[:, 0] > 0).astype(int)), factors={"activation": ["relu", "tanh"]}, seeds=2, epochs=1)
    >>> results = study.run(results=tempfile.mkdtemp())  # doctest: +ELLIPSIS
    study: ...
    >>> Results(results.folder).frame["status"].tolist()
    ['ok', 'ok', 'ok', 'ok']
    >>> list(results.cells()["seeds"])
    [2, 2]
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._read = read_results(self.folder)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per trial, as in `trials.csv`, levels as text; a diverged one has no score."""
        return self._read.as_written

    @property
    def history(self) -> pd.DataFrame:
        """One row per trial and epoch, as in `history.csv`."""
        return self._read.history

    def cells(self) -> pd.DataFrame:
        """One row per cell, the best first, as the page ranks them: levels, seeds, mean score and its spread.

        A diverged trial counts with what a failure costs: the score of the same prediction for every example, unless
        the study declares another. Where cells have unequal seeds, means are adjusted for them. `diverged`, `failed`
        and `learned_nothing` count trials; one that learned nothing scores no better than that prediction.
        """
        study = self._read.study
        table = cell_table(self._read.trials, study).rename(
            columns={"n": "seeds", "validation_mean": study.validation, "validation_sd": "std"}
        )
        return table[[*study.factors, "seeds", study.validation, "std", "diverged", "failed", "learned_nothing"]]

    def best(self) -> pd.Series:
        """The row of the best trial: of the first of `cells` the seed with the best score. Compare means, not this.

        `best.keras` is the model of this trial, unless the run was for a part of the study without it: `best_model`
        says so.

        Raises LookupError where no trial has a score.
        """
        found = study_ranking(self._read.trials, self._read.study)
        if found.best is None or found.best_seed is None:
            raise LookupError(f"{self.folder}: no trial has a score, so none is best")
        own = self.frame["cell"].eq(found.best.cell) & self.frame["seed"].eq(found.best_seed)
        return self.frame[own].iloc[0]

    def best_model(self) -> OwnPart:
        """The model of `best.keras`, giving probabilities, or for a regression values.

        It warns where that is another trial than `best()`, for what is best now was no part of the last run. Raises
        RequestError where it has a class that Keras can't make again.
        """
        kept, best = self._read.manifest.get("best"), self.best()["trial"]
        if kept != best:
            message = (
                f"is the model of trial {kept}, but {best} is the best now; a run of the whole study writes it anew"
            )
            warnings.warn(f"{self.folder / 'best.keras'} {message}", stacklevel=2)
        from experiments.models.saved import load_saved

        return load_saved(self.folder / "best.keras")

    def report(self, reports: str | Path = "reports", *, paper: bool = False, profiles: bool = False) -> Path:
        """Write the report; the path of its page.

        reports: the folder of all reports.
        paper: whether tables are written as LaTeX and figures as PDF too.
        profiles: whether performance profiles are shown too.
        """
        return write_study_report(self.folder, Path(reports), paper=paper, profiles=profiles)

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {status}" for status, count in self.frame["status"].value_counts().items())
        return f"Results in {self.folder}: {counts}"

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>{self.cells().head(10).to_html(index=False)}"


def _no_retracing(record: logging.LogRecord) -> bool:
    """A study traces one function per trial, as it must; TensorFlow takes that for a mistake."""
    return "triggered tf.function retracing" not in record.getMessage()


def _task(data: OwnPart, beside: PlainTable, recipe: OwnPart) -> Task:
    if isinstance(data, Task) and beside:
        name = next(iter(beside))
        allowed = "Data(weights=…) from its draw" if name.endswith("weight") else "the task's own"
        raise RequestError(f"{name}: given beside a Task, allowed is {allowed}, or data=(x, y)")
    if isinstance(data, Task):
        return data
    if recipe in catalog.RECIPES and not catalog.RECIPES[recipe].needs_y and not isinstance(data, tuple):
        settings: PlainTable = {"head": "linear"} | beside
        return dataclasses.replace(from_arrays(data, np.zeros((len(data), 1), np.float32), **settings), labelled=False)
    if not isinstance(data, (tuple, list)) or len(data) != 2:
        found = f"{len(data)} of them" if isinstance(data, (tuple, list)) else type(data).__name__
        raise RequestError(f"data: got {found}, allowed is (x, y) or an experiments.tasks.Task")
    return from_arrays(*data, **beside)


def _weighted(loss: OwnPart, weights: Mapping[str, float], data: OwnPart) -> PlainTable:
    """The losses of several outputs with their weights."""
    outputs = data.several if isinstance(data, Task) else data[1] if isinstance(data, (tuple, list)) else {}
    if not isinstance(outputs, Mapping) or not outputs:
        raise RequestError("loss_weights: given, but the data have one output")
    if isinstance(loss, str) or (loss is not None and "name" in loss):
        raise RequestError(wrong("loss", loss, "a loss for each output, beside loss_weights"))
    return {**(loss or {}), "weights": dict(weights)}


def _plain(value: OwnPart) -> OwnPart:
    """A value as a TOML file would have it: lists for tuples, ranges, arrays and columns, Python's numbers."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (set, frozenset)):
        raise RequestError(wrong("a set", value, "a list: a set has no order"))
    if isinstance(value, (list, tuple, range)):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray | pd.Series | pd.Index):
        return _plain(value.tolist())
    return value.item() if isinstance(value, np.generic) else value
