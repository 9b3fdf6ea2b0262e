"""The crash-safe store of a study's results: one row the moment a trial ends. SQLite; no TensorFlow."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE = 30  # seconds that a writer waits for another


@dataclass(frozen=True)
class Answers:
    """Which test examples a trained model got right.

    test_set: a digest, equal where the examples are. correct: a bit an example, packed by `numpy.packbits`.
    """

    test_set: str
    examples: int
    correct: bytes


@dataclass(frozen=True)
class Outcome:
    """What a trial came to.

    row: status, losses, metrics and the other columns that training fills.
    history: one entry a completed epoch: epoch (from 1), losses, metrics.
    answers: which test examples came out right, where the task counts that.
    """

    trial: str
    row: dict[str, Any]
    history: list[dict[str, Any]] = field(default_factory=list)
    answers: Answers | None = None


class Journal:
    """Rows and histories by trial id, and a few facts on the study. Not for a network file system.

    A second outcome of a trial replaces the first, so nothing is ever there twice.

    >>> import tempfile
    >>> journal = Journal(Path(tempfile.mkdtemp()) / "journal.sqlite")
    >>> journal.add(Outcome("t1", {"status": "ok"}))
    >>> journal.rows()
    [{'status': 'ok'}]
    """

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        self._write_ahead()
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(
            "CREATE TABLE IF NOT EXISTS trials (trial TEXT PRIMARY KEY, row TEXT NOT NULL);"
            "CREATE TABLE IF NOT EXISTS history (trial TEXT PRIMARY KEY, epochs TEXT NOT NULL);"
            "CREATE TABLE IF NOT EXISTS tested"
            " (trial TEXT PRIMARY KEY, test_set TEXT NOT NULL, examples INTEGER NOT NULL, correct BLOB NOT NULL);"
            "CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, value TEXT NOT NULL);"
        )

    def add(self, *outcomes: Outcome) -> None:
        """Keep outcomes, all of them or none."""
        with self._transaction():
            for outcome in outcomes:
                row, history = json.dumps(outcome.row), json.dumps(outcome.history)
                self._database.execute("INSERT OR REPLACE INTO trials VALUES (?, ?)", (outcome.trial, row))
                self._database.execute("INSERT OR REPLACE INTO history VALUES (?, ?)", (outcome.trial, history))
                self._database.execute("DELETE FROM tested WHERE trial = ?", (outcome.trial,))
                if one := outcome.answers:
                    values = (outcome.trial, one.test_set, one.examples, one.correct)
                    self._database.execute("INSERT INTO tested VALUES (?, ?, ?, ?)", values)

    def statuses(self) -> dict[str, str]:
        """The status of every trial that has a row."""
        rows = self._database.execute("SELECT trial, row FROM trials")
        return {trial: json.loads(row)["status"] for trial, row in rows}  # SQLite's own JSON knows no NaN

    def rows(self) -> list[dict[str, Any]]:
        """All rows, in no particular order."""
        return [json.loads(row) for (row,) in self._database.execute("SELECT row FROM trials")]

    def histories(self) -> dict[str, list[dict[str, Any]]]:
        """The history of every trial."""
        return {trial: json.loads(epochs) for trial, epochs in self._database.execute("SELECT * FROM history")}

    def tested(self) -> dict[str, Answers]:
        """Which test examples came out right, of every trial that has it."""
        rows = self._database.execute("SELECT trial, test_set, examples, correct FROM tested")
        return {trial: Answers(*rest) for trial, *rest in rows}

    def fact(self, key: str) -> Any:
        """A fact on the study, or None."""
        found = self._database.execute("SELECT value FROM facts WHERE key = ?", (key,)).fetchone()
        return json.loads(found[0]) if found else None

    def set_fact(self, key: str, value: Any) -> None:
        """Keep a fact on the study."""
        self._database.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (key, json.dumps(value)))

    def close(self) -> None:
        """Close the file; everything added is kept already."""
        self._database.close()

    def _write_ahead(self) -> None:
        """Switch to a write-ahead log; SQLite doesn't wait by itself where two open a new file at once."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self._database.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")
