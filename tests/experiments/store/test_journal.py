"""The journal: whole rows whatever happens, nothing twice, several writers at once."""

import math
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.errors import RequestError
from experiments.store.database import Damaged
from experiments.store.journal import VERSION, Journal, Outcome, RightAnswers
from experiments.store.record import Record

ROOT = Path(__file__).parents[3]
WRITER = """
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from experiments.store.journal import Journal, Outcome, RightAnswers

name, count = sys.argv[2], int(sys.argv[3])
journal = Journal(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
for number in range(count):
    row = {"status": "ok", "trial": f"{name}{number}", "padding": "x" * 2000}
    journal.add(Outcome(f"{name}{number}", row, [{"epoch": 1, "padding": "y" * 2000}]))
    print(number, flush=True)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(path):
    made = Journal(path)
    yield made
    made.close()


def outcome(trial, **row):
    return Outcome(trial, {"status": "ok", "trial": trial, **row}, [{"epoch": 1, "train_loss": 0.5}])


def writer(path, name, count):
    """A process that has opened the journal and waits for a line to start."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), name, str(count)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return process


def test_rows_and_histories_come_back_as_they_were(journal):
    row = {"status": "ok", "trial": "a", "seed": 0, "loss": 0.1, "name": "ε – “x”, y\n", "none": None, "on": True}
    history = [{"epoch": 1, "train_loss": 1 / 3}, {"epoch": 2, "train_loss": 1e-300}]
    journal.add(Outcome("a", row, history))
    assert journal.rows() == [row]
    assert journal.histories() == {"a": history}
    assert journal.statuses() == {"a": "ok"}


@given(st.floats(allow_nan=False))
def test_numbers_come_back_exactly(number):
    journal = Journal(Path(":memory:"))
    journal.add(outcome("a", loss=number))
    assert journal.rows()[0]["loss"] == number
    journal.close()


def test_what_is_not_finite_is_kept_and_keeps_the_journal_readable(journal):
    journal.add(outcome("a", test_loss=float("inf"), test_error=float("nan")))
    assert journal.statuses() == {"a": "ok"}
    (row,) = journal.rows()
    assert (row["test_loss"], math.isnan(row["test_error"])) == (math.inf, True)


def test_a_second_outcome_of_a_trial_replaces_the_first(journal):
    journal.add(Outcome("a", {"status": "failed"}, []), outcome("b"))
    journal.add(outcome("a"))
    assert journal.statuses() == {"a": "ok", "b": "ok"}
    assert len(journal.rows()) == len(journal.histories()) == 2
    assert journal.histories()["a"] == [{"epoch": 1, "train_loss": 0.5}]


@pytest.mark.parametrize("bad", [Outcome("c", {"status": {1}}), Outcome("c", {"status": "ok"}, [{"epoch": object()}])])
def test_several_outcomes_are_kept_all_or_none(journal, bad):
    journal.add(outcome("a"))
    with pytest.raises(TypeError):
        journal.add(outcome("b"), Outcome("a", {"status": "failed"}), bad, outcome("d"))
    assert journal.statuses() == {"a": "ok"}
    assert list(journal.histories()) == ["a"]
    journal.add(outcome("b"), outcome("d"))  # and it goes on
    assert set(journal.statuses()) == {"a", "b", "d"}


def test_nothing_added_changes_nothing(journal):
    journal.add()
    assert journal.rows() == []


def test_the_record_keeps_what_it_is_given_and_nothing_else(journal, path):
    assert journal.record == Record()
    journal.keep(study={"name": "s", "seeds": [0, 1]}, threads=2)
    journal.keep(study={"name": "t"}, looked=[{"seeds": 5, "planned": []}])
    expected = Record(study={"name": "t"}, threads=2, looked=[{"seeds": 5, "planned": []}])
    assert journal.record == expected
    with pytest.raises(TypeError, match="unexpected keyword argument 'treads'"):
        journal.keep(best="a", treads=3)
    assert journal.record.best is None
    with Journal.reading(path) as reader:
        assert reader.record == expected


def test_what_was_added_is_there_for_another_reader_at_once(journal, path):
    reader = Journal(path)
    journal.add(outcome("a"))
    assert reader.statuses() == {"a": "ok"}
    reader.close()


def test_killed_while_it_writes_it_keeps_every_row_whole(path):
    with writer(path, "t", 100_000) as process:
        process.stdin.write("go\n")
        process.stdin.flush()
        said = [process.stdout.readline() for _ in range(20)]
        process.kill()
        said += process.stdout.read().splitlines(keepends=True)
    acknowledged = {int(line) for line in said[1:] if line.endswith("\n")}
    journal = Journal(path)
    rows, histories = journal.rows(), journal.histories()
    journal.add(outcome("later"))
    assert journal.statuses()["later"] == "ok"
    journal.close()
    kept = {int(row["trial"][1:]) for row in rows}
    assert len(acknowledged) >= 19
    assert acknowledged <= kept
    assert len(kept - acknowledged) <= 1  # added, and killed before it could say so
    assert len(rows) == len(kept)
    assert all(row["padding"] == "x" * 2000 for row in rows)
    assert {row["trial"] for row in rows} == set(histories)
    assert all(epochs == [{"epoch": 1, "padding": "y" * 2000}] for epochs in histories.values())


def test_two_writers_at_once_keep_all_rows(path):
    with writer(path, "a", 50) as one, writer(path, "b", 50) as other:
        for process in (one, other):
            assert process.stdout.readline() == "open\n"
        for process in (one, other):
            process.stdin.write("go\n")
            process.stdin.close()
        assert (one.wait(60), other.wait(60)) == (0, 0)
    journal = Journal(path)
    assert set(journal.statuses()) == {f"{name}{number}" for name in "ab" for number in range(50)}
    journal.close()


def test_it_waits_for_another_who_is_making_the_same_journal(path):
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    ended = threading.Timer(0.2, other.execute, ["COMMIT"])
    ended.start()
    journal = Journal(path)
    ended.join()
    journal.add(outcome("a"))
    assert journal.statuses() == {"a": "ok"}
    journal.close()
    other.close()


def test_which_test_examples_came_out_right_is_kept_and_replaced(journal):
    row = {"status": "ok", "trial": "a"}
    journal.add(Outcome("a", row, [], RightAnswers("set", 9, b"\xff\x80")), outcome("b"))
    assert journal.tested() == {"a": RightAnswers("set", 9, b"\xff\x80")}
    journal.add(outcome("a"))
    assert journal.tested() == {}


def test_a_reader_changes_nothing_and_sees_what_a_run_has_added(journal, path):
    journal.add(outcome("a"))
    with Journal.reading(path) as reader:  # beside an open writer, from its log
        assert reader.statuses() == {"a": "ok"}
        with pytest.raises(RequestError, match="readonly"):
            reader.add(outcome("b"))
    journal.close()
    before = {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in path.parent.iterdir()}
    with Journal.reading(path) as reader:
        assert [outcome.trial for outcome in reader.outcomes()] == ["a"]
    assert {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in path.parent.iterdir()} == before
    assert list(before) == ["journal.sqlite"]


def test_a_log_beside_which_nothing_can_be_written_is_read_from_a_copy(journal, path, monkeypatch):
    journal.add(outcome("a"))

    def connect(place, **options):
        if "mode=ro" in str(place):
            place = f"{place.split('?')[0]}/nowhere"
        return sqlite3.Connection(place, **options)

    monkeypatch.setattr(sqlite3, "connect", connect)
    with Journal.reading(path) as reader:
        assert reader.statuses() == {"a": "ok"}


@pytest.mark.parametrize("opened", [Journal, lambda path: Journal.reading(path).__enter__()], ids=["writer", "reader"])
def test_what_is_no_journal_is_refused_in_one_line(path, opened):
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(Damaged, match=r"journal\.sqlite: damaged: file is not a database"):
        opened(path)
    path.unlink()
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA user_version = {VERSION + 1}")
    database.close()
    with pytest.raises(RequestError, match="written by a newer version of keras-ablations"):
        opened(path)


def test_another_database_is_no_journal(path):
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE other (a)")
    database.close()
    with pytest.raises(Damaged, match="not a journal of results"), Journal.reading(path):
        pass
    with pytest.raises(RequestError, match="no such file"), Journal.reading(path.with_name("none")):
        pass


@pytest.mark.parametrize("row", ["{", "[1]", "{}", '{"status": ' + "[" * 20_000 + "]" * 20_000 + "}"])
def test_a_row_that_cannot_be_read_is_damage(journal, path, row):
    journal.add(outcome("a"))
    database = sqlite3.connect(path)
    with database:
        database.execute("UPDATE trials SET row = ?", (row,))
    database.close()
    with pytest.raises(Damaged, match="it holds a row that can't be read"):
        journal.check()


def test_a_full_disk_is_told_and_what_was_kept_stays(journal, path):
    journal.add(outcome("a"))
    pages = journal._database.execute("PRAGMA page_count").fetchone()[0]
    journal._database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(RequestError, match="can't be used: database or disk is full"):
        journal.add(*(outcome(f"b{number}", padding="x" * 4096) for number in range(9)))
    assert journal.statuses() == {"a": "ok"}
