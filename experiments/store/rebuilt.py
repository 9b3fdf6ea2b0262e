"""What a journal held, from the CSVs and the manifest that were made from it: for results whose journal is gone."""

import base64
import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from experiments.errors import RequestError, unknown, wrong
from experiments.store.csvs import csv_text, in_order
from experiments.store.database import Damaged
from experiments.store.journal import NAME, Journal, Outcome, RightAnswers
from experiments.store.manifest_file import read_manifest
from experiments.store.read_back import level_of, value
from experiments.store.record import Record, read_record
from experiments.study import catalog
from experiments.study.catalog import Setting
from experiments.study.columns import IDENTITY, STATUSES, EpochRow, TrialRow
from experiments.study.labels import text
from experiments.study.level import label
from experiments.study.open_level import ranges_of
from experiments.study.study import Study, part_names
from experiments.study.trial import LATER, Trial, identity
from experiments.study.types import Level, Plain, PlainTable

_TEXTS = {*IDENTITY, "status", "engine", "error"} - {"seed"}
_NEVER_EMPTY = ("seed", "seconds", "epochs_run", "epoch")


@dataclass(frozen=True)
class Kept:
    """The outcomes of a study, and the record of it, as a journal keeps them."""

    outcomes: list[Outcome]
    record: Record

    @property
    def rows(self) -> list[TrialRow]:
        """The row of every trial."""
        return [outcome.row for outcome in self.outcomes]


def has_rows(folder: Path) -> bool:
    """Whether there is a `trials.csv` with a row."""
    return bool(trials_in(folder))


def trials_in(folder: Path) -> set[str]:
    """The ids in `trials.csv`; none where it is not there. Raises RequestError where it can't be read."""
    path = folder / "trials.csv"
    return {row.get("trial") or "" for row in _table(path)[1]} if path.is_file() else set()


def read_kept(study: Study, folder: Path) -> Kept:
    """What a results folder holds of a study: from its journal, or from the CSVs where that is gone or damaged.

    Nothing is written. Raises RequestError where neither can be read, or the CSVs don't give back what they were made
    from.
    """
    try:
        with Journal.reading(folder / NAME) as journal:
            found = Kept(journal.outcomes(), journal.record)
        if found.outcomes or not has_rows(folder):
            return found
    except RequestError as error:
        if (folder / NAME).is_file() and not (isinstance(error, Damaged) and has_rows(folder)):
            raise
    return rebuild(study, folder)


def from_csvs(folder: Path) -> tuple[list[PlainTable], dict[str, list[EpochRow]]]:
    """The rows of `trials.csv` and the histories of `history.csv`, by trial, as far as their text tells their types.

    Raises RequestError where `trials.csv` can't be read.
    """
    path = folder / "trials.csv"
    columns, rows = _table(path)
    if lacking := [name for name in (*IDENTITY, "status", "seconds", "epochs_run") if name not in columns]:
        raise RequestError(f"{path}: lacks the columns {', '.join(lacking)}")
    settings = columns[len(IDENTITY) : columns.index("status")]
    for number, row in enumerate(rows, 2):
        if row["status"] not in STATUSES:
            raise RequestError(f"{path}: line {number}: {unknown('status', row['status'], STATUSES)}")
        _check_numbers(path, number, row, [name for name in columns if name not in settings])
    typed = [{name: cell if name in _TEXTS else _read(cell) for name, cell in row.items()} for row in rows]
    found: dict[str, list[EpochRow]] = {}
    path = folder / "history.csv"
    columns, entries = _table(path) if path.is_file() else (["trial", "epoch"], [])
    if not {"trial", "epoch"} <= set(columns):
        raise RequestError(f"{path}: lacks the columns trial and epoch")
    for number, entry in enumerate(entries, 2):
        _check_numbers(path, number, entry, columns)
        rest = {name: _read(cell) for name, cell in entry.items() if name != "trial" and cell}
        found.setdefault(entry["trial"], []).append(rest)
    return typed, found


def _check_numbers(path: Path, line: int, row: dict[str, str], names: Iterable[str]) -> None:
    """RequestError where a field that holds a number holds something else, or nothing though it always has one."""
    for name in names:
        if name in _TEXTS or (not row[name] and name not in _NEVER_EMPTY):
            continue
        whole = name in ("seed", "epoch", "epochs_run")
        found = _read(row[name])
        large = isinstance(found, int) and abs(found) >= 2**63
        if large or isinstance(found, bool) or not isinstance(found, int if whole else int | float):
            allowed = "a whole number" if whole else "a number"
            raise RequestError(f"{path}: line {line}: {wrong(name, row[name][:40], allowed)}")


def _read(cell: str) -> Plain:
    """A number or truth value where that is how the cell spells it, None where it is empty, else text."""
    if not cell:
        return None
    for kind in (int, float):
        try:
            if str(kind(cell)) == cell:
                return kind(cell)
        except ValueError:
            continue
    return {"True": True, "False": False}.get(cell, cell)


def rebuild(study: Study, folder: Path) -> Kept:
    """Outcomes and the record from `manifest.json`, `trials.csv`, `history.csv` and `correct.csv`.

    study: what is asked for; its own levels, and the sources of its parts, are known. What only a journal holds is
    not there: the plan of stacks, and which examples came out right on test sets that no other seed has.

    Raises RequestError unless every row leads back to the id of its trial, and all rows to the same bytes.
    """
    manifest = read_manifest(folder / "manifest.json")
    columns, rows = _table(folder / "trials.csv")
    try:
        described = manifest["study"]
        if described["name"] != study.name:
            raise _refused(folder, f'the manifest is of "{described["name"]}"')
        reading = _Reading(study, described, columns)
        trials = [reading.trial(row) for row in rows]
        typed = [reading.typed(row, trial) for row, trial in zip(rows, trials, strict=True)]
        for row, trial in zip(rows, trials, strict=True):
            if (trial.id, trial.cell) != (row["trial"], row["cell"]):
                raise _refused(folder, f"trial {row['trial']} was run with other settings or sources than these")
        _check_same(folder / "trials.csv", columns, in_order(typed, reading.settings))
        histories, answers = _histories(folder, typed, reading.settings), _answers(folder)
        fixed = reading.fixed(trials)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, RequestError):
            raise
        raise _refused(folder, f"{type(error).__name__}: {error}") from None
    found = [Outcome(row["trial"], row, histories.get(row["trial"], []), answers.get(row["trial"])) for row in typed]
    return Kept(found, read_record(manifest | {"study": described, "fixed": fixed, "environment": manifest}))


def _refused(folder: Path, why: str) -> RequestError:
    why = " ".join(why.split())
    return RequestError(
        f"{folder}: the journal is missing, incomplete or damaged, and can't be made again from the CSVs: {why}; "
        "--fresh sets these results aside"
    )


def _table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    try:
        reader = csv.reader(io.StringIO(path.read_bytes().decode("utf-8"), newline=""), strict=True)
        columns: list[str] = next(reader, list[str]())
        rows = [row for row in reader if row]
    except (OSError, ValueError, csv.Error) as error:
        raise RequestError(f"{path}: can't be read: {error}") from None
    if len(set(columns)) < len(columns):
        raise RequestError(f"{path}: can't be read: two columns have one name")
    if ragged := next((row for row in rows if len(row) != len(columns)), None):
        raise RequestError(f"{path}: can't be read: a row has {len(ragged)} fields, the first line {len(columns)}")
    return columns, [dict(zip(columns, row, strict=True)) for row in rows]


class _Reading:
    """Rows of a CSV as trials of a study, and as the rows that a journal keeps."""

    def __init__(self, study: Study, described: PlainTable, columns: list[str]) -> None:
        self._study, self._described = study, described
        self.settings = columns[len(IDENTITY) : columns.index("status")]
        factors = described["factors"]
        self._inner = {name for name in self.settings if name.count(".") > 1 and name.split(".")[0] in self.settings}
        self._factors = sorted(set(factors) - self._inner)
        model = catalog.MODELS.get(described["model"], catalog.Part(""))
        task = catalog.TASKS.get(described["task"], catalog.Part(""))
        training = catalog.training_settings(described.get("recipe", catalog.SUPERVISED))
        self._known = model.settings | training | catalog.OF_DATA | task.settings
        self._levels: dict[tuple[str, ...], Level] = {}

    def trial(self, row: dict[str, str]) -> Trial:
        """The trial that a row's settings lead to."""
        texts = {name: text(row[name]) for name in self.settings}
        drawn = {name: texts[name] for name in self._inner}
        settings = {name: self._level(name, texts[name], drawn) for name in self.settings if name not in self._inner}
        later = {**LATER, **self._study.neutral}
        settings |= {name: level for name, level in later.items() if name in self._study.base and name not in settings}
        parts = {name: self._described[name] for name in ("task", "model", "recipe") if name in self._described}
        used = {*parts.values(), *part_names(settings.values())}
        sources = {name: source for name, source in self._study.sources.items() if name in used}
        return Trial(parts | {"sources": sources}, settings, int(row["seed"]), self._study.neutral)

    def _level(self, name: str, label_text: str, drawn: dict[str, str]) -> Level:
        inside = {key: text for key, text in drawn.items() if key.startswith(f"{name}.")}
        key = name, label_text, *inside.values()
        if key not in self._levels:
            self._levels[key] = self._found(name, label_text, inside)
        return self._levels[key]

    def _found(self, name: str, label_text: str, drawn: dict[str, str]) -> Level:
        listed = self._study.factors.get(name)
        own = [*(listed if isinstance(listed, list) else []), self._study.base.get(name), self._study.without.get(name)]
        for level in own:
            if not drawn and not ranges_of(level) and text(label(name, level)) == label_text:
                return level
        setting = self._known.get(name, Setting(catalog.NamedPart if name in catalog.PARTS else Any))
        return level_of(name, label_text, setting, drawn)

    def typed(self, row: dict[str, str], trial: Trial) -> PlainTable:
        """A row as a journal keeps it: what is empty in the CSV is not there, but for settings."""
        found: PlainTable = {}
        for name, cell in row.items():
            if name in self._inner:
                found[name] = value(cell) if cell else None
            elif name in self.settings:
                found[name] = cell if cell else None
                if (known := label(name, trial.settings[name])) is not None and str(known) == cell:
                    found[name] = known
            elif cell:
                found[name] = cell if name in _TEXTS else _number(cell)
        return found

    def fixed(self, trials: list[Trial]) -> PlainTable:
        """`Study.fixed` of the study that the rows are of."""
        first = trials[0]
        held = identity({n: level for n, level in first.settings.items() if n not in self._factors}, first.neutral)
        search = self._described.get("search")
        return {
            "task": self._described["task"],
            "model": self._described["model"],
            "sources": {name: source for trial in trials for name, source in trial.parts["sources"].items()},
            "held": held,
            "factors": self._factors,
            **({"recipe": self._described["recipe"]} if "recipe" in self._described else {}),
            **({"search": search} if search else {}),
            **({"metrics": self._described["metrics"]} if "metrics" in self._described else {}),
        }


def _number(cell: str) -> int | float:
    try:
        return int(cell)
    except ValueError:
        return float(cell)


def _histories(folder: Path, rows: list[TrialRow], settings: list[str]) -> dict[str, list[EpochRow]]:
    if not (folder / "history.csv").is_file():
        return {}
    columns, entries = _table(folder / "history.csv")
    found: dict[str, list[EpochRow]] = {}
    for entry in entries:
        rest = {name: _number(cell) for name, cell in entry.items() if name != "trial" and cell}
        found.setdefault(entry["trial"], []).append(rest)
    again = [
        {"trial": row["trial"], **entry} for row in in_order(rows, settings) for entry in found.get(row["trial"], [])
    ]
    _check_same(folder / "history.csv", columns, again)
    return found


def _answers(folder: Path) -> dict[str, RightAnswers]:
    if not (folder / "correct.csv").is_file():
        return {}
    return {
        row["trial"]: RightAnswers(
            row["test_set"], int(row["examples"]), base64.b64decode(row["correct"], validate=True)
        )
        for row in _table(folder / "correct.csv")[1]
    }


def _check_same(path: Path, columns: list[str], rows: list[TrialRow]) -> None:
    """RequestError where rows don't give the bytes that they were read from."""
    now = csv_text(columns, rows)
    if now.encode() != path.read_bytes():
        pairs = zip_longest(path.read_bytes().decode().split("\n"), now.split("\n"))
        place = next(at for at, (before, after) in enumerate(pairs, 1) if before != after)
        raise _refused(path.parent, f"line {place} of {path.name} is not as it was written")
