"""The plan of a run, in the journal: which trials train as stacks, which by themselves, and what was cut off."""

import json
from collections.abc import Iterable
from typing import Literal

from experiments.store.chunk import Chunk, Pair
from experiments.store.database import Database
from experiments.study.types import PlainTable

TABLES = (
    "CREATE {temp} TABLE IF NOT EXISTS chunks (number INTEGER PRIMARY KEY, cells TEXT NOT NULL, seeds TEXT NOT NULL,"
    " varying TEXT NOT NULL, program TEXT NOT NULL)",
    "CREATE {temp} TABLE IF NOT EXISTS apart (cell TEXT, seed INTEGER, why TEXT, PRIMARY KEY (cell, seed, why))",
    "CREATE {temp} TABLE IF NOT EXISTS cut (cell TEXT, seed INTEGER, runs INTEGER NOT NULL, PRIMARY KEY (cell, seed))",
)
OLD = ("plan", "alone", "slower", "cut")  # facts of journals of format 1, each the whole list
Why = Literal["failed", "slower"]


class Plan:
    """A row for each chunk and for each trial that is planned apart, written and deleted one by one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_old(self, facts: PlainTable) -> None:
        """Take over what a journal of format 1 has as facts. Inside a transaction."""
        self._insert(
            _chunk(chunk["cells"], chunk["seeds"], chunk["varying"], chunk["program"]) for chunk in facts["plan"] or []
        )
        for why, name in (("failed", "alone"), ("slower", "slower")):
            rows = [(cell, seed, why) for cell, seed in facts[name] or []]
            self._database.executemany("INSERT OR IGNORE INTO apart VALUES (?, ?, ?)", rows)
        self._database.executemany("INSERT OR REPLACE INTO cut VALUES (?, ?, ?)", facts["cut"] or [])

    def chunks(self) -> list[Chunk]:
        """All chunks, in the order in which they were planned."""
        with self._database.translate_errors():
            return [chunk for _, chunk in self._rows()]

    def add(self, chunks: Iterable[Chunk], instead_of: Chunk | None = None) -> None:
        """Add chunks, in place of those that hold a trial of theirs, and of one that failed."""
        chunks = list(chunks)
        pairs = {pair for chunk in chunks for pair in chunk.trials}
        with self._database.translate_errors(), self._database.transaction():
            gone = [(number,) for number, old in self._rows() if old == instead_of or not pairs.isdisjoint(old.trials)]
            self._database.executemany("DELETE FROM chunks WHERE number = ?", gone)
            self._insert(chunks)

    def chunk_of(self, pair: Pair) -> Chunk | None:
        """The chunk that a trial is planned in, or None."""
        return next((chunk for chunk in self.chunks() if pair in chunk.trials), None)

    def apart(self, *why: Why) -> set[Pair]:
        """The trials that train by themselves, for any of these reasons."""
        marks = ", ".join("?" * len(why))
        with self._database.translate_errors():
            return set(self._database.execute(f"SELECT cell, seed FROM apart WHERE why IN ({marks})", why))

    def set_apart(self, pairs: Iterable[Pair], why: Why) -> None:
        """Let trials train by themselves, in later runs as well: their stack failed, or was measured to be slower."""
        with self._database.translate_errors(), self._database.transaction():
            rows = [(*pair, why) for pair in pairs]
            self._database.executemany("INSERT OR IGNORE INTO apart VALUES (?, ?, ?)", rows)

    def cut(self) -> dict[Pair, int]:
        """The trials that took all the time that a run had and were not done; and in how many runs."""
        with self._database.translate_errors():
            rows = self._database.execute("SELECT cell, seed, runs FROM cut")
            return {(cell, seed): runs for cell, seed, runs in rows}

    def set_cut(self, runs: dict[Pair, int]) -> None:
        """Keep in how many runs some trials were cut off."""
        with self._database.translate_errors(), self._database.transaction():
            rows = [(*pair, number) for pair, number in runs.items()]
            self._database.executemany("INSERT OR REPLACE INTO cut VALUES (?, ?, ?)", rows)

    def _rows(self) -> list[tuple[int, Chunk]]:
        rows = self._database.execute("SELECT number, cells, seeds, varying, program FROM chunks ORDER BY number")
        return [
            (number, _chunk(json.loads(cells), json.loads(seeds), json.loads(varying), program))
            for number, cells, seeds, varying, program in rows
        ]

    def _insert(self, chunks: Iterable[Chunk]) -> None:
        rows = [(*map(json.dumps, (chunk.cells, chunk.seeds, chunk.varying)), chunk.program) for chunk in chunks]
        self._database.executemany("INSERT INTO chunks (cells, seeds, varying, program) VALUES (?, ?, ?, ?)", rows)


def _chunk(cells: Iterable[str], seeds: Iterable[int], varying: Iterable[str], program: str) -> Chunk:
    return Chunk(tuple(cells), tuple(seeds), tuple(varying), program)
