"""The way in from Python: declare a study by objects or by file, run it, look at its results."""

import hashlib
import inspect
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments import runner, study_file
from experiments.errors import RequestError, unknown, wrong
from experiments.evidence.calibrate import to_calibrate, write_calibration
from experiments.evidence.confirm import to_confirm, write_confirmation
from experiments.evidence.growth import Growth
from experiments.evidence.source import read_source
from experiments.report.results import read_results
from experiments.report.study_page import write_study_report
from experiments.study import Study as Declared
from experiments.tasks import Task, from_arrays
from experiments.tasks.digest import data_digest
from experiments.train import layout
from experiments.train.jobs import ENGINES
from experiments.train.workers import Inline, Workers


class Study:
    """An experiment on your own model and data, or on named ones.

    build: a function that gives an untrained `keras.Model`; its arguments are settings, and so may be factors:
      `activation` arrives as what `Dense(activation=…)` takes, `kernel_regularizer`, `activity_regularizer` and
      `dropout` as the factor `regularizer` fills them, `input_shape`, `outputs`, `head` and `seed` as they are.
      End it in softmax, sigmoid, or raw scores. Without `build` the model is a multilayer perceptron.
    data: `(x, y)` arrays, split 60/20/20 by each seed, or an `experiments.tasks.Task`. Whole-number y is
      classified by softmax (`head="sigmoid"` for a model with one output), float y is regressed.
    factors: name → list of levels. seeds: a count, or a list; 5 where nothing is given.
    settings: whatever else a study file holds: `name`, `question`, `task`, `design`, `baseline`, `without`,
      `epochs`, `batch_size`, `optimizer`, `learning_rate`, `loss`, `model`, `looks`, `extend_rates`.

    Raises RequestError with a line a mistake.

    >>> Study(task="xor", factors={"activation": ["relu", "tanh"]}, seeds=2)
    Study 'study' on xor: 2 cells × 2 seeds = 4 trials
    """

    def __init__(
        self,
        *,
        build: Callable[..., Any] | None = None,
        data: Any = None,
        factors: dict[str, list[Any]] | None = None,
        seeds: int | list[int] | None = None,
        head: str | None = None,
        **settings: Any,
    ) -> None:
        if data is not None and "task" in settings:
            raise RequestError("data: got both data and task, allowed is one of them")
        objects: dict[str, Any] = {"sources": {}}
        if data is not None:
            objects["task"] = _task(data, head)
            objects["sources"]["arrays"] = data_digest(objects["task"].draw(0))
        if build is not None:
            if not callable(build):
                raise RequestError(wrong("build", build, "a function that builds a keras.Model"))
            objects["model"] = build
            objects["sources"][build.__name__] = _source(build)
        table = {"name": "study", "factors": factors or {}, **settings}
        table |= {} if seeds is None else {"seeds": seeds}
        has_objects = build is not None or data is not None
        self.declared = study_file.read(_plain(table), objects=objects if has_objects else None)

    @classmethod
    def load(cls, place: str | Path) -> "Study":
        """The study of a TOML file, or of a name that comes with the project."""
        study = cls.__new__(cls)
        study.declared = study_file.load(place)
        return study

    declared: Declared

    def __repr__(self) -> str:
        study = self.declared
        counts = f"{len(study.cells)} cells × {len(study.seeds)} seeds = {len(study.trials)} trials"
        return f"Study '{study.name}' on {study.task}: {counts}"

    def run(
        self,
        *,
        results: str | Path = "results",
        engine: str = "auto",
        max_time: float | None = None,
        workers: int | None = None,
        fresh: bool = False,
        retry_failed: bool = False,
    ) -> "Results":
        """Train what the results lack; with `build` or `data` in this process, else in worker processes.

        max_time: seconds. Other arguments are those of `ablations run`.
        """
        options = {"fresh": fresh, "retry_failed": retry_failed, "grow": Growth(self.declared).next}
        return Results(_carried_out(self.declared, Path(results), engine, max_time, workers, **options))

    def confirm(
        self,
        *,
        top: int = 3,
        seeds: int = 20,
        results: str | Path = "results",
        engine: str = "auto",
        max_time: float | None = None,
        workers: int | None = None,
    ) -> "Results":
        """Train the `top` best cells, the baseline and every compared level again on fresh seeds, once it has run.

        What comes back are the results on those seeds; the report of the study itself tells of them.
        """
        folder, name = Path(results), self.declared.name
        source = read_source(folder, name, self.declared)
        best, again = to_confirm(source, folder / name, top, seeds)
        found = _carried_out(again, folder, engine, max_time, workers)
        print("\n".join(write_confirmation(source, best, found)))
        return Results(found)

    def calibrate(
        self,
        *,
        comparisons: int = 200,
        seeds: int | None = None,
        results: str | Path = "results",
        engine: str = "auto",
        max_time: float | None = None,
        workers: int | None = None,
    ) -> "Results":
        """Compare the baseline with itself, once it has run: is a difference found where there is none?

        seeds: of each comparison, by default as many as the study has, at most 20. What comes back are the results of
        both sides; the report of the study itself tells of them.
        """
        folder, name = Path(results), self.declared.name
        again = to_calibrate(read_source(folder, name, self.declared), folder / name, comparisons, seeds)
        found = _carried_out(again, folder, engine, max_time, workers)
        print(write_calibration(again, found))
        return Results(found)


def _carried_out(
    study: Declared, results: Path, engine: str, max_time: float | None, workers: int | None, **options: Any
) -> Path:
    """Train what the results of a study lack; the folder they are in."""
    if engine not in ENGINES:
        raise RequestError(unknown("engine", engine, ENGINES))
    deadline = None if max_time is None else time.monotonic() + max_time
    pool = Inline() if study.objects else Workers(workers or layout.most(), results / "log.txt", chooses=not workers)
    quiet = logging.getLogger("tensorflow")
    quiet.addFilter(_no_retracing)
    try:
        summary = runner.run(study, results, pool, deadline=deadline, engine=engine, **options)
    finally:
        quiet.removeFilter(_no_retracing)
        pool.stop()
    if summary.stopped:
        print(runner.resume_hint(summary, pool.count))
    return summary.folder


class Results:
    """What a study's results folder holds. In a notebook it shows the best cells as a table."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._read = read_results(self.folder)

    @property
    def frame(self) -> pd.DataFrame:
        """A row a trial, as in `trials.csv`, levels as text."""
        return self._read.trials

    @property
    def history(self) -> pd.DataFrame:
        """A row a trial and epoch, as in `history.csv`."""
        return self._read.history

    def cells(self) -> pd.DataFrame:
        """Cells by their mean validation score, the best first: levels, seeds, mean and standard deviation."""
        study = self._read.study
        done = self.frame[self.frame["status"] == "ok"]
        table = done.groupby(list(study.factors), sort=False)[study.validation].agg(["size", "mean", "std"])
        table = table.sort_values("mean", ascending=study.direction == "min").reset_index()
        return table.rename(columns={"size": "seeds", "mean": study.validation})

    def best(self) -> pd.Series:
        """The row of the trial in `best.keras`. Raises LookupError where no cell is whole."""
        trial = self._read.manifest.get("best")
        if trial is None:
            raise LookupError(f"{self.folder}: no cell has all of its seeds, so none is best")
        return self.frame[self.frame["trial"] == trial].iloc[0]

    def best_model(self) -> Any:
        """The model of `best.keras`, giving probabilities, or for a regression values."""
        import keras

        import custom  # noqa: F401 - its parts are registered by the import

        return keras.models.load_model(self.folder / "best.keras")

    def report(self, reports: str | Path = "reports") -> Path:
        """Write the report; the path of its page."""
        return write_study_report(self.folder, Path(reports))

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {status}" for status, count in self.frame["status"].value_counts().items())
        return f"Results in {self.folder}: {counts}"

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>{self.cells().head(10).to_html(index=False)}"


def _no_retracing(record: logging.LogRecord) -> bool:
    """A study traces a function a trial, as it must; TensorFlow takes that for a mistake."""
    return "triggered tf.function retracing" not in record.getMessage()


def _task(data: Any, head: str | None) -> Task:
    if isinstance(data, Task):
        return data
    if not isinstance(data, tuple) or len(data) != 2:
        raise RequestError(f"data: got {type(data).__name__}, allowed is (x, y) or an experiments.tasks.Task")
    return from_arrays(*data, head=head)


def _source(function: Callable[..., Any]) -> str:
    """A digest of a function's source, or where there is none of its code."""
    try:
        text = inspect.getsource(function).encode()
    except (OSError, TypeError):
        code = getattr(function, "__code__", None)
        text = code.co_code + repr(code.co_consts).encode() if code else repr(function).encode()
    return hashlib.sha256(text).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """NumPy's numbers, and tuples, as a TOML file would have them."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.item() if isinstance(value, np.generic) else value
