"""An SQLite file that is written safely: its log, its transactions, its format, and its errors in one line."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from experiments.errors import RequestError

PATIENCE = 30  # seconds that a writer waits for another
_CORRUPT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_FORMAT)


class Damaged(RequestError):
    """A file that is not a journal, or only a part of one."""


class Database:
    """A connection to a file. Use it inside `translate_errors`, and write inside `transaction` what belongs together.

    >>> database = Database.writing(Path(":memory:"))
    >>> with database.translate_errors(), database.transaction():
    ...     _ = database.execute("CREATE TABLE one (number)")
    >>> database.tables()
    {'one'}
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path, self._connection = path, connection
        self.execute = connection.execute
        self.executemany = connection.executemany
        self.close = connection.close

    @classmethod
    def writing(cls, path: Path) -> "Database":
        """A connection that writes, and makes the file where there is none. Raises `Damaged` or RequestError."""
        with _translate_errors(path):
            found = cls(path, sqlite3.connect(path, timeout=PATIENCE, isolation_level=None))
        try:
            with found.translate_errors():
                found.version()  # reads the first page, before anything is written
                found._write_ahead()
                found.execute("PRAGMA synchronous = FULL")
        except BaseException:
            found.close()
            raise
        return found

    @classmethod
    def reading(cls, path: Path, spare: Path) -> "Database":
        """A connection that reads, also where neither file nor folder may be written, or another process writes.

        spare: an empty folder, for a copy where SQLite would have to write beside the file. Raises `Damaged` or
        RequestError.
        """
        with _translate_errors(path):
            return cls(path, _connect(path, spare))

    def translate_errors(self) -> AbstractContextManager[None]:
        """A context in which errors of SQLite become `Damaged` or a RequestError of one line."""
        return _translate_errors(self.path)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A context whose changes are kept all or not at all."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with suppress(sqlite3.Error):  # SQLite may have rolled back by itself, on a full disk for one
                self.execute("ROLLBACK")
            raise
        self.execute("COMMIT")

    def version(self) -> int:
        """The format of the tables, 0 of a new file."""
        return int(self.execute("PRAGMA user_version").fetchone()[0])

    def tables(self) -> set[str]:
        """The names of the tables."""
        return {name for (name,) in self.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}

    def check(self) -> None:
        """Raises `Damaged` where a page of the file is damaged."""
        with self.translate_errors():
            found = self.execute("PRAGMA quick_check(1)").fetchone()
        if found != ("ok",):
            raise Damaged(f"{self.path}: damaged: {' '.join(str(found[0]).split())}")

    def _write_ahead(self) -> None:
        """Switch to a write-ahead log; SQLite doesn't wait by itself where two open a new file at once."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)


@contextmanager
def _translate_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # without the extended part
        if code in _CORRUPT:
            raise Damaged(f"{path}: damaged: {error}") from None
        raise RequestError(f"{path}: can't be used: {error}") from None
    except (ValueError, LookupError, RecursionError) as error:
        if isinstance(error, RequestError):
            raise
        raise Damaged(f"{path}: damaged: it holds a row that can't be read ({type(error).__name__})") from None


def _connect(path: Path, spare: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise RequestError(f"{path}: no such file")
    ahead = path.with_name(f"{path.name}-wal")
    if not ahead.is_file() or not ahead.stat().st_size:  # no other process uses it
        return sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True, isolation_level=None)
    found = None
    try:
        found = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=PATIENCE, isolation_level=None)
        found.execute("SELECT * FROM sqlite_schema").fetchall()
        return found
    except sqlite3.OperationalError:  # SQLite needs to write beside a journal that has a log
        if found:
            found.close()
        for file in (path, ahead):
            shutil.copy(file, spare / file.name)
        return sqlite3.connect(spare / path.name, isolation_level=None)
