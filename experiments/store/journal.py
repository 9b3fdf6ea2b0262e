"""The crash-safe store of a study's results: one row the moment a trial ends. SQLite; no TensorFlow."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from experiments.errors import RequestError
from experiments.store import plan
from experiments.store.database import Damaged, Database
from experiments.store.plan import Plan
from experiments.store.record import NAMES, Record, as_facts, read_record
from experiments.study.columns import EpochRow, TrialRow
from experiments.study.types import Plain, PlainTable

NAME = "journal.sqlite"  # within the folder of a study's results
VERSION = 2  # of the tables; 1 had the plan as facts
_TABLES = (
    "CREATE {temp} TABLE IF NOT EXISTS trials (trial TEXT PRIMARY KEY, row TEXT NOT NULL)",
    "CREATE {temp} TABLE IF NOT EXISTS history (trial TEXT PRIMARY KEY, epochs TEXT NOT NULL)",
    "CREATE {temp} TABLE IF NOT EXISTS tested (trial TEXT PRIMARY KEY, test_set TEXT NOT NULL, examples INTEGER NOT"
    " NULL, correct BLOB NOT NULL)",
    "CREATE {temp} TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    *plan.TABLES,
)


@dataclass(frozen=True)
class RightAnswers:
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
    row: TrialRow
    history: list[EpochRow] = field(default_factory=list)
    answers: RightAnswers | None = None


class Journal:
    """Rows and histories by trial id, a record of the study, and the plan of the run. Not for a network file system.

    A second outcome of a trial replaces the first, so no trial is there twice.

    plan: which trials train as stacks.

    Raises `Damaged` where the file is not a whole journal, and RequestError where it can't be written, or a newer
    version has written it.

    >>> import tempfile
    >>> journal = Journal(Path(tempfile.mkdtemp()) / "journal.sqlite")
    >>> journal.add(Outcome("t1", {"status": "ok"}))
    >>> journal.rows()
    [{'status': 'ok'}]
    """

    def __init__(self, path: Path) -> None:
        self._open(Database.writing(path))
        try:
            with self._database.translate_errors():
                self._check_version()
                with self._database.transaction():
                    self._make_tables()
                    if self._database.version() < VERSION:
                        self._database.execute(f"PRAGMA user_version = {VERSION}")
        except BaseException:
            self._database.close()
            raise

    @classmethod
    @contextmanager
    def reading(cls, path: Path) -> Iterator["Journal"]:
        """A journal that is read and never written, also where neither file nor folder may be.

        A run may be writing to it. Raises `Damaged` where the file is not a whole journal, RequestError where it
        can't be read.

        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "journal.sqlite"
        >>> Journal(path).close()
        >>> with Journal.reading(path) as journal:
        ...     journal.rows()
        []
        """
        found = cls.__new__(cls)
        with tempfile.TemporaryDirectory() as spare:
            found._open(Database.reading(path, Path(spare)))
            with closing(found._database):
                with found._database.translate_errors():
                    found._check_version()
                    if not {"trials", "history", "facts"} <= found._database.tables():
                        raise Damaged(f"{path}: not a journal of results")
                    found._make_tables(temporary=True)
                yield found

    def _open(self, database: Database) -> None:
        self._database = database
        self.plan = Plan(database)

    def _make_tables(self, temporary: bool = False) -> None:
        """Make the tables that an earlier version did not have, and fill them from what it had instead.

        temporary: for this connection alone, which may not write the file.
        """
        known = self._database.tables()
        for table in _TABLES:
            if table.split()[6] not in known:
                self._database.execute(table.format(temp="TEMP" if temporary else ""))
        if "facts" in known and "chunks" not in known:
            facts = self._facts(plan.OLD)
            self.plan.take_old({name: facts.get(name) for name in plan.OLD})
            if not temporary:
                self._database.executemany("DELETE FROM facts WHERE key = ?", [(name,) for name in plan.OLD])

    def add(self, *outcomes: Outcome) -> None:
        """Keep outcomes, all of them or none."""
        with self._database.translate_errors(), self._database.transaction():
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
        with self._database.translate_errors():
            rows = self._database.execute("SELECT trial, row FROM trials")
            return {trial: _dict(row)["status"] for trial, row in rows}  # SQLite's own JSON knows no NaN

    def outcomes(self) -> list[Outcome]:
        """The outcome of every trial that has a row, in no particular order."""
        histories, answers = self.histories(), self.tested()
        with self._database.translate_errors():
            rows = self._database.execute("SELECT trial, row FROM trials")
            return [Outcome(trial, _dict(row), histories.get(trial, []), answers.get(trial)) for trial, row in rows]

    def rows(self) -> list[TrialRow]:
        """All rows, in no particular order."""
        with self._database.translate_errors():
            return [_dict(row) for (row,) in self._database.execute("SELECT row FROM trials")]

    def histories(self) -> dict[str, list[EpochRow]]:
        """The history of every trial."""
        with self._database.translate_errors():
            return {trial: json.loads(epochs) for trial, epochs in self._database.execute("SELECT * FROM history")}

    def tested(self) -> dict[str, RightAnswers]:
        """Which test examples came out right, of every trial that has it."""
        with self._database.translate_errors():
            rows = self._database.execute("SELECT trial, test_set, examples, correct FROM tested")
            return {trial: RightAnswers(*rest) for trial, *rest in rows}

    @property
    def record(self) -> Record:
        """What is known of the study."""
        with self._database.translate_errors():
            return read_record(self._facts(NAMES))

    def keep(self, **fields: Plain) -> None:
        """Keep some fields of the record, all of them or none.

        >>> import tempfile
        >>> journal = Journal(Path(tempfile.mkdtemp()) / "journal.sqlite")
        >>> journal.keep(threads=1, digest="d1")
        >>> journal.record.threads
        1
        """
        facts = as_facts(Record(**fields))
        with self._database.translate_errors(), self._database.transaction():
            rows = [(name, json.dumps(facts[name])) for name in fields]
            self._database.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", rows)

    def _facts(self, names: Iterable[str]) -> PlainTable:
        rows = self._database.execute("SELECT key, value FROM facts")
        return {name: json.loads(value) for name, value in rows if name in names}

    def check(self) -> None:
        """Raises `Damaged` where a page of the file is damaged."""
        self._database.check()
        self.statuses()

    def close(self) -> None:
        """Close the file; everything added is kept already."""
        self._database.close()

    def _check_version(self) -> None:
        if (found := self._database.version()) > VERSION:
            raise RequestError(
                f"{self._database.path}: written by a newer version of keras-ablations (format {found}, this one knows "
                f"{VERSION}); use that version, or --fresh sets these results aside"
            )


def _dict(text: str) -> PlainTable:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(text)
    return found
