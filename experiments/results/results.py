"""A results folder, read."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.analysis.declared import Declared, read_declared
from experiments.analysis.failure_cost import final_status, with_costs, without_costs
from experiments.errors import RequestError
from experiments.store.csvs import in_order
from experiments.store.manifest_file import read_manifest, read_study
from experiments.study import catalog
from experiments.study.columns import CONSTANT, CORRECT_COLUMNS, STATUSES, TrialRow, telemetry_columns, trial_columns
from experiments.study.labels import text
from experiments.study.origin import CheckOrigin, read_origin
from experiments.study.study import Study
from experiments.study.types import PlainTable


@dataclass(frozen=True)
class Results:
    """What a run left behind: the declaration, the manifest, one row per trial, one row per trial and epoch.

    trials: a diverged one has the score that a failure costs (`with_costs`). correct: which test examples trials got
    right, as in `correct.csv`; empty where that is not known.
    """

    study: Declared
    manifest: PlainTable
    trials: pd.DataFrame
    history: pd.DataFrame = field(default_factory=pd.DataFrame)
    correct: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def as_written(self) -> pd.DataFrame:
        """The trials as in `trials.csv`: a diverged one has no score."""
        return without_costs(self.trials, self.study)


def results_of(study: Study, rows: list[TrialRow]) -> Results:
    """Results that are not written yet, from rows of the journal, as `read_results` would give them; no history."""
    columns = trial_columns(study.settings, study.metrics)
    table = pd.DataFrame([{name: row.get(name) for name in columns} for row in in_order(rows, study.settings)])
    trials = _convert(table.reindex(columns=columns).astype(object).fillna("").astype(str))
    manifest = {"study": study.describe(), "primary": study.primary, "direction": study.direction, "unit": study.unit}
    return _check(read_declared(manifest, trials, study.shown_task_settings), manifest, trials)


def read_results(folder: Path) -> Results:
    """The results in `results/<study>/`, levels as text.

    A trial that calls itself ok but has no finite score counts as diverged, and what diverged has the score that a
    failure costs. Without `history.csv` the history is empty;
    without a column of test scores there are none, as where the column is empty.

    Raises RequestError where the folder holds no readable results.
    """
    manifest = read_manifest(folder / "manifest.json")
    trials = _trials(folder / "trials.csv")
    study = read_declared(manifest, trials, _data_settings(manifest))
    missing = [column for column in (study.validation, *study.factors) if column not in trials.columns]
    if missing:
        raise RequestError(f"{folder / 'trials.csv'}: lacks the columns {', '.join(missing)}")
    if study.test not in trials.columns:
        trials[study.test] = np.nan
    history = _history(folder / "history.csv", study.validation)
    return _check(study, manifest, trials, history=history, correct=_correct(folder / "correct.csv"))


def _check(study: Declared, manifest: PlainTable, trials: pd.DataFrame, **others: pd.DataFrame) -> Results:
    """Results in which what has no finite score counts as diverged, and costs what a failure costs."""
    scores = trials[study.validation].astype(float)
    trials["status"] = [final_status(status, score) for status, score in zip(trials["status"], scores, strict=True)]
    return Results(study, manifest, with_costs(without_costs(trials, study), study), **others)


def study_folders(results_folder: Path) -> list[Path]:
    """The folders with the results of the study that they are named after, less those that stand on another's page."""
    folders = []
    for manifest in sorted(results_folder.glob("*/manifest.json")):
        folder, study = manifest.parent, read_study(manifest.parent)
        if study is None or isinstance(read_origin(study.get("search")), CheckOrigin):
            continue
        if study["name"] == folder.name and (folder / "trials.csv").is_file():
            folders.append(folder)
    return folders


def unreadable(results_folder: Path) -> list[str]:
    """What is wrong with the manifests that can't be read, one line each; results that were set aside are left out."""
    errors = []
    for path in sorted(results_folder.glob("*/manifest.json")):
        if re.search(r"\.\d+$", path.parent.name):
            continue
        try:
            read_manifest(path)
        except RequestError as error:
            errors.append(str(error))
    return errors


def _data_settings(manifest: PlainTable) -> list[str]:
    """Settings of the task: as the manifest names them, else as the catalog does."""
    study = manifest.get("study", {})
    known = catalog.TASKS.get(study.get("task", ""))
    return list(study.get("task_settings", known.settings if known else ()))


def _trials(path: Path) -> pd.DataFrame:
    try:
        table = _convert(pd.read_csv(path, dtype=str, keep_default_na=False))
    except (OSError, ValueError, OverflowError) as error:
        raise RequestError(f"{path}: can't be read: {' '.join(str(error).split())}") from None
    if len(twice := table["trial"][table["trial"].duplicated()]):
        raise RequestError(f"{path}: the trial {twice.iloc[0]} has two rows, so it would count twice")
    if unknown := sorted(set(table["status"]) - set(STATUSES)):
        raise RequestError(f"{path}: status {', '.join(unknown)}; allowed are {', '.join(STATUSES)}")
    return table


def _convert(table: pd.DataFrame) -> pd.DataFrame:
    """The table of a `trials.csv`, all of it text: scores as numbers, settings as text in one spelling.

    Raises ValueError where columns lack.
    """
    if lacking := [name for name in ("trial", "cell", "seed", "status") if name not in table]:
        raise ValueError(f"it lacks the columns {', '.join(lacking)}")
    settings = list(table.columns[: table.columns.get_loc("status")])
    numbers = [
        name
        for name in table.columns
        if str(name).startswith(("train_", "validation_", "test_")) and name not in settings
    ]
    numbers += [name for name in telemetry_columns(table.columns) if name not in settings]
    for name in [*numbers, *(n for n in (CONSTANT, "parameters", "epochs_run", "seconds") if n in table)]:
        table[name] = pd.to_numeric(table[name], errors="coerce")
    for name in settings[6:]:
        table[name] = table[name].map(text)
    table["seed"] = table["seed"].astype(int)
    return table


def _history(path: Path, column: str) -> pd.DataFrame:
    empty = pd.DataFrame({"trial": pd.Series(dtype=str), "epoch": pd.Series(dtype=int), column: pd.Series(dtype=float)})
    try:
        table = pd.read_csv(path, dtype={"trial": str})
    except (OSError, ValueError):
        return empty
    return table if set(empty.columns) <= set(table.columns) else empty


def _correct(path: Path) -> pd.DataFrame:
    empty = pd.DataFrame({name: pd.Series(dtype=object) for name in CORRECT_COLUMNS})
    try:
        table = pd.read_csv(path, dtype={"trial": str, "test_set": str, "correct": str})
    except (OSError, ValueError):
        return empty
    return table if set(CORRECT_COLUMNS) <= set(table.columns) else empty
