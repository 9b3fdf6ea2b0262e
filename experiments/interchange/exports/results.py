"""What every export reads, and the folder that it writes: rows, histories and manifest from a study's journal."""

import importlib.util
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from experiments.errors import RequestError
from experiments.store.csvs import in_order
from experiments.store.database import Damaged
from experiments.store.journal import NAME, Journal
from experiments.store.manifest_file import read_manifest
from experiments.store.rebuilt import from_csvs, has_rows
from experiments.study.columns import LOSSES, EpochRow, TrialRow, ordered_settings, telemetry_columns
from experiments.study.types import PlainTable

_OURS = ".keras-ablations"  # marks a folder that an export may replace


@dataclass(frozen=True)
class Results:
    """A study's results, as the journal and the manifest have them.

    manifest: `manifest.json`.
    rows: one row per trial, in the order of `trials.csv`; a trial that diverged or failed has no scores.
    histories: by trial, an entry for every epoch that ended with finite numbers.
    """

    manifest: PlainTable
    rows: list[TrialRow]
    histories: dict[str, list[EpochRow]]

    @property
    def name(self) -> str:
        """The name of the study."""
        return self.manifest["study"]["name"]

    @property
    def factors(self) -> PlainTable:
        """What was varied: levels, or the ends of a range, by setting."""
        return self.manifest["study"].get("factors", {})

    @cached_property
    def settings(self) -> list[str]:
        """The names of all settings, in the order of the columns of `trials.csv`."""
        return settings_of(self.manifest)

    @property
    def metrics(self) -> list[str]:
        """The names of metrics, such as `accuracy`."""
        return list(self.manifest.get("metrics", []))

    @property
    def scores(self) -> list[str]:
        """The columns of metrics: `validation_…` and `test_…`."""
        return [f"{part}_{name}" for part in ("validation", "test") for name in self.metrics]

    @cached_property
    def telemetry(self) -> list[str]:
        """The columns of figures of layers, where the study had any measured."""
        return telemetry_columns(name for row in self.rows for name in row)

    @property
    def measured(self) -> list[str]:
        """All columns of what training came to: losses, scores and figures of layers."""
        return [*LOSSES, *self.scores, *self.telemetry]

    @property
    def started(self) -> float:
        """When the study began, in seconds of Unix time; 0 where that is not known.

        The journal keeps how long a trial took, not when it began.
        """
        try:
            return datetime.fromisoformat(self.manifest.get("started") or "").timestamp()
        except (ValueError, OverflowError, OSError):
            return 0.0

    def cells(self) -> dict[str, list[EpochRow]]:
        """The rows of every cell, one row per seed."""
        found = defaultdict(list)
        for row in self.rows:
            found[row["cell"]].append(row)
        return dict(found)

    def settings_of(self, row: TrialRow) -> PlainTable:
        """A trial's settings, without those that it does not have."""
        return {name: row[name] for name in self.settings if row.get(name) is not None}

    def ending_of(self, row: TrialRow) -> dict[str, float]:
        """What a trial ended with: its losses, scores and figures; not a number for each where it diverged.

        Other tools take the last value logged for a run's result. The last finite epoch of a trial that diverged
        after it would pass for a result.
        """
        if row["status"] == "diverged":
            return dict.fromkeys([*LOSSES, *self.scores], float("nan"))
        return {name: row[name] for name in self.measured if row.get(name) is not None}


def read_results(folder: Path) -> Results:
    """The results in `results/<study>/`.

    Where there is no whole journal, they are those of the CSVs. Raises RequestError where there are none, or they
    can't be read.
    """
    journal_file, manifest_file = folder / NAME, folder / "manifest.json"
    if not manifest_file.is_file() or not (journal_file.is_file() or (folder / "trials.csv").is_file()):
        raise RequestError(f"{folder}: no results there; `ablations run {folder.name}` makes some")
    manifest = read_manifest(manifest_file)
    try:
        with Journal.reading(journal_file) as journal:
            results = Results(manifest, in_order(journal.rows(), settings_of(manifest)), journal.histories())
    except RequestError as error:
        if journal_file.is_file() and not isinstance(error, Damaged):
            raise
        results = Results(manifest, [], {})
    return Results(manifest, *from_csvs(folder)) if not results.rows and has_rows(folder) else results


def settings_of(manifest: PlainTable) -> list[str]:
    """The names of a study's settings, in the order of the columns of `trials.csv`."""
    study = manifest["study"]
    return ordered_settings(dict.fromkeys([*study.get("settings", {}), *study.get("factors", {})]))


def clear(target: Path) -> Path:
    """The folder of an export, empty but for a mark: new, or that of an earlier export, which is replaced.

    Raises RequestError where it holds anything else, OSError where it can't be written.
    """
    if target.exists() and any(target.iterdir()) and not (target / _OURS).is_file():
        raise RequestError(f"{target}: holds other files; give a folder that is new, or one that an export has written")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    (target / _OURS).touch()
    return target


def require(form: str, *modules: str) -> None:
    """RequestError, with the command that helps, where what a form needs is not installed. Imports nothing."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        raise RequestError(
            f'--to {form}: needs {" and ".join(missing)}, not installed here; pip install "keras-ablations[{form}]"'
        )


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Sets environment variables within the block."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
