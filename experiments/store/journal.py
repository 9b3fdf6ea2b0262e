"""The crash-safe store of a study's results: one row the moment a trial ends. SQLite; no TensorFlow."""

import json
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from experiments.errors import RequestError

NAME = "journal.sqlite"  # within the folder of a study's results
PATIENCE = 30  # seconds that a writer waits for another
VERSION = 1  # of the tables
_CORRUPT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_FORMAT)


class Damaged(RequestError):
    """A file that is no journal, or no whole one."""


@dataclass(frozen=True)
class Answers:
    """Which test examples a trained model got right.

    test_set: a digest, equal where the examples are. correct: one bit per example, packed by `numpy.packbits`.
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

    Raises `Damaged` where the file is not a whole journal, and RequestError where it can't be written, or a newer
    version has written it.

    >>> import tempfile
    >>> journal = Journal(Path(tempfile.mkdtemp()) / "journal.sqlite")
    >>> journal.add(Outcome("t1", {"status": "ok"}))
    >>> journal.rows()
    [{'status': 'ok'}]
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._told():
            self._database = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        try:
            with self._told():
                self._check_version()
                self._write_ahead()
                self._database.execute("PRAGMA synchronous = FULL")
                self._database.executescript(
                    "CREATE TABLE IF NOT EXISTS trials (trial TEXT PRIMARY KEY, row TEXT NOT NULL);"
                    "CREATE TABLE IF NOT EXISTS history (trial TEXT PRIMARY KEY, epochs TEXT NOT NULL);"
                    "CREATE TABLE IF NOT EXISTS tested"
                    " (trial TEXT PRIMARY KEY, test_set TEXT NOT NULL, examples INTEGER NOT NULL,"
                    " correct BLOB NOT NULL);"
                    "CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, value TEXT NOT NULL);"
                )
                if self._version() < VERSION:
                    self._database.execute(f"PRAGMA user_version = {VERSION}")
        except BaseException:
            self._database.close()
            raise

    @classmethod
    @contextmanager
    def reading(cls, path: Path) -> Iterator["Journal"]:
        """A journal that is read and never written, also where neither file nor folder may be.

        A run may be at work on it. Raises `Damaged` where the file is not a whole journal, RequestError where it
        can't be read.

        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "journal.sqlite"
        >>> Journal(path).close()
        >>> with Journal.reading(path) as journal:
        ...     journal.rows()
        []
        """
        found = cls.__new__(cls)
        found.path = path
        with tempfile.TemporaryDirectory() as spare:
            with found._told():
                found._database = _connected(path, Path(spare))
            with closing(found._database):
                with found._told():
                    found._check_version()
                    tables = {name for (name,) in found._database.execute("SELECT name FROM sqlite_schema")}
                    if not {"trials", "history", "facts"} <= tables:
                        raise Damaged(f"{path}: not a journal of results")
                    if "tested" not in tables:  # written before there was this table
                        found._database.execute("CREATE TEMP TABLE tested (trial, test_set, examples, correct)")
                yield found

    def add(self, *outcomes: Outcome) -> None:
        """Keep outcomes, all of them or none."""
        with self._told(), self._transaction():
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
        with self._told():
            rows = self._database.execute("SELECT trial, row FROM trials")
            return {trial: _dict(row)["status"] for trial, row in rows}  # SQLite's own JSON knows no NaN

    def outcomes(self) -> list[Outcome]:
        """The outcome of every trial that has a row, in no particular order."""
        histories, answers = self.histories(), self.tested()
        with self._told():
            rows = self._database.execute("SELECT trial, row FROM trials")
            return [Outcome(one, _dict(row), histories.get(one, []), answers.get(one)) for one, row in rows]

    def rows(self) -> list[dict[str, Any]]:
        """All rows, in no particular order."""
        with self._told():
            return [_dict(row) for (row,) in self._database.execute("SELECT row FROM trials")]

    def histories(self) -> dict[str, list[dict[str, Any]]]:
        """The history of every trial."""
        with self._told():
            return {trial: json.loads(epochs) for trial, epochs in self._database.execute("SELECT * FROM history")}

    def tested(self) -> dict[str, Answers]:
        """Which test examples came out right, of every trial that has it."""
        with self._told():
            rows = self._database.execute("SELECT trial, test_set, examples, correct FROM tested")
            return {trial: Answers(*rest) for trial, *rest in rows}

    def fact(self, key: str) -> Any:
        """A fact on the study, or None."""
        with self._told():
            found = self._database.execute("SELECT value FROM facts WHERE key = ?", (key,)).fetchone()
            return json.loads(found[0]) if found else None

    def set_fact(self, key: str, value: Any) -> None:
        """Keep a fact on the study."""
        with self._told():
            self._database.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (key, json.dumps(value)))

    def check(self) -> None:
        """`Damaged` where a page of the file is."""
        with self._told():
            found = self._database.execute("PRAGMA quick_check(1)").fetchone()
        if found != ("ok",):
            raise Damaged(f"{self.path}: damaged: {' '.join(str(found[0]).split())}")
        self.statuses()

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
            with suppress(sqlite3.Error):  # SQLite may have rolled back by itself, on a full disk for one
                self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def _version(self) -> int:
        return int(self._database.execute("PRAGMA user_version").fetchone()[0])

    def _check_version(self) -> None:
        if (found := self._version()) > VERSION:
            raise RequestError(
                f"{self.path}: written by a newer version of keras-ablations (format {found}, this one knows "
                f"{VERSION}); use that version, or --fresh sets these results aside"
            )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What SQLite complains of, in one line."""
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # without the extended part
            if code in _CORRUPT:
                raise Damaged(f"{self.path}: damaged: {error}") from None
            raise RequestError(f"{self.path}: can't be used: {error}") from None
        except (ValueError, LookupError, RecursionError) as error:
            if isinstance(error, RequestError):
                raise
            raise Damaged(f"{self.path}: damaged: it holds a row that can't be read ({type(error).__name__})") from None


def _dict(text: str) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(text)
    return found


def _connected(path: Path, spare: Path) -> sqlite3.Connection:
    """A connection that only reads. spare: an empty folder, for a copy where the journal's own may not be written."""
    if not path.is_file():
        raise RequestError(f"{path}: no such file")
    ahead = path.with_name(f"{path.name}-wal")
    if not ahead.is_file() or not ahead.stat().st_size:  # nobody is at work on it
        return sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True, isolation_level=None)
    found = None
    try:
        found = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=PATIENCE, isolation_level=None)
        found.execute("SELECT * FROM sqlite_schema").fetchall()
        return found
    except sqlite3.OperationalError:  # SQLite needs to write beside a journal that has a log
        if found:
            found.close()
        for one in (path, ahead):
            shutil.copy(one, spare / one.name)
        return sqlite3.connect(spare / path.name, isolation_level=None)
