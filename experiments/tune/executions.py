"""Executions of a tuner's trials as tables in the project's folder: `executions.csv` and `history.csv`."""

import csv
import math
from dataclasses import dataclass, field
from pathlib import Path

import keras
import keras_tuner
import numpy as np

from experiments.interchange.imports.keras_tuner_metrics import VALIDATION, metric_names
from experiments.study.columns import TrialRow
from experiments.study.types import OwnPart, PlainTable, Settings

Logs = dict[str, float]
_TABLES = ("executions.csv", "history.csv")


@dataclass(frozen=True)
class Execution:
    """A model trained once for a trial.

    logs: of every epoch, as Keras names them. first: how many of these are of an earlier round of Hyperband, which this
    one goes on from. facts: further columns, such as `engine` and `seconds`.
    """

    seed: int
    logs: list[Logs]
    first: int = 0
    facts: PlainTable = field(default_factory=dict)

    @property
    def own(self) -> list[Logs]:
        """The logs of the epochs that it trained itself."""
        return self.logs[self.first :]

    def best(self, objective: keras_tuner.Objective) -> int:
        """The place among its own epochs of the best one, the first of equals: keras-tuner's rule."""
        place = 0
        for at, logs in enumerate(self.own):
            if objective.better_than(objective.get_value(logs), objective.get_value(self.own[place])):
                place = at
        return place


def execution(seed: int, result: OwnPart, first: int, seconds: float, objective: keras_tuner.Objective) -> Execution:
    """What came of training outside a stack. result: as `HyperModel.fit` gives it: a history, scores or a score."""
    facts: PlainTable = {"engine": "keras-tuner", "seconds": round(seconds, 3)}
    if not isinstance(result, keras.callbacks.History):
        logs = dict(result) if isinstance(result, dict) else {objective.name: result}
        return Execution(seed, [_numbers(logs)], 0, facts)
    names, by_epoch = list(result.history), zip(*result.history.values(), strict=False)
    logs = [_numbers(dict(zip(names, values, strict=True))) for values in by_epoch]
    if result.model is not None and result.model.built:
        facts["parameters"] = result.model.count_params()
    return Execution(seed, [{} for _ in range(first)] + logs, first, facts)


def _numbers(logs: PlainTable) -> Logs:
    return {name: float(value) for name, value in logs.items() if np.ndim(value) == 0 and not isinstance(value, str)}


class Executions:
    """The tables of a project.

    folder: of the project. objective: of its oracle.
    """

    def __init__(self, folder: str, objective: keras_tuner.Objective) -> None:
        self._folder, self._objective = Path(folder), objective

    def add(self, trial_id: str, values: Settings, some: list[Execution]) -> None:
        """Add rows of a trial's executions. values: of its hyper-parameters."""
        names = {name: None for execution in some for logs in execution.own for name in logs}
        columns = {name: f"validation_{ours}" for name, ours in metric_names(names, self._objective.name).items()}
        columns |= {"loss": "train_loss"}
        for execution in some:
            kept = {"trial": trial_id, "seed": execution.seed}
            best = execution.own[execution.best(self._objective)] if execution.own else {}
            scores = {columns[name]: value for name, value in best.items() if name in columns}
            finite = bool(best) and math.isfinite(self._objective.get_value(best))
            row = {"status": "ok" if finite else "diverged", **(scores if finite else {})}
            row |= {"epochs_run": len(execution.logs), **execution.facts}
            _append(self._folder / _TABLES[0], [kept | values | row])
            entries = [
                kept | {"epoch": at + 1} | {columns[name]: value for name, value in logs.items() if name in columns}
                for at, logs in enumerate(execution.logs)
                if logs
            ]
            _append(self._folder / _TABLES[1], entries)

    def add_failed(self, trial_id: str, values: Settings, seed: int, error: str) -> None:
        """Add the row of a trial that ended with an error."""
        row = {"trial": trial_id, "seed": seed, **values, "status": "failed", "error": error, "engine": "keras-tuner"}
        _append(self._folder / _TABLES[0], [row])

    def forget(self, trial_id: str) -> None:
        """Take out the rows of a trial."""
        for name in _TABLES:
            _without(self._folder / name, trial_id)


def to_logs(entry: PlainTable, metrics: dict[str, str]) -> Logs:
    """An entry of a stack's history as Keras' logs. metrics: the names in Keras' logs → those of the entry."""
    names = {f"{VALIDATION}{log}": f"validation_{ours}" for log, ours in metrics.items()}
    names |= {"loss": "train_loss", "val_loss": "validation_loss"}
    return {log: float(entry[ours]) for log, ours in names.items()}


def _without(place: Path, trial_id: str) -> None:
    """Take a trial's rows out of a CSV."""
    if place.is_file():
        with place.open(newline="") as file:
            header, *lines = csv.reader(file)
        with place.open("w", newline="") as file:
            kept = [line for line in lines if line[header.index("trial")] != trial_id]
            csv.writer(file, lineterminator="\n").writerows([header, *kept])


def _append(place: Path, rows: list[TrialRow]) -> None:
    """Add rows to a CSV; it is written anew where a row has columns that it lacks."""
    known: list[PlainTable] = []
    columns: list[str] = []
    if place.is_file():
        with place.open(newline="") as file:
            reader = csv.DictReader(file)
            columns = list(reader.fieldnames or [])
            if any(name not in columns for row in rows for name in row):
                known = list(reader)
    fresh = bool(known) or not place.is_file()
    columns += [name for name in dict.fromkeys(name for row in rows for name in row) if name not in columns]
    with place.open("w" if fresh else "a", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        if fresh:
            writer.writeheader()
        writer.writerows([*known, *rows])
