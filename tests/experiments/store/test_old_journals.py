"""Journals of earlier formats: read as they are, and taken over by the next run."""

import json
import sqlite3

import pytest

from experiments.store.chunk import Chunk
from experiments.store.environment import Environment
from experiments.store.journal import NAME, VERSION, Journal, Outcome
from experiments.store.record import Record


@pytest.fixture
def path(tmp_path):
    return tmp_path / NAME


def test_a_journal_from_before_there_were_answers_is_read(path):
    database = sqlite3.connect(path)
    database.executescript(
        "CREATE TABLE trials (trial, row); CREATE TABLE history (trial, epochs); CREATE TABLE facts (key, value);"
        """INSERT INTO trials VALUES ('a', '{"status": "ok"}');"""
    )
    database.close()
    with Journal.reading(path) as reader:
        assert reader.outcomes() == [Outcome("a", {"status": "ok"})]


OLD_FACTS = {
    "study": {"name": "s"}, "digest": "d", "threads": 1, "environment": {"backend": "jax", "git_revision": None},
    "plan": [{"cells": ["c", "d"], "seeds": [0, 1], "varying": ["learning_rate"], "program": "p"}],
    "alone": [["e", 0], ["e", 1]], "slower": [["f", 0]], "cut": [["e", 1, 2]],
}  # fmt: skip


@pytest.fixture
def old(path):
    """A journal of format 1, whose plan was facts that were written whole."""
    database = sqlite3.connect(path)
    database.executescript(
        "PRAGMA user_version = 1;"
        "CREATE TABLE trials (trial TEXT PRIMARY KEY, row TEXT NOT NULL);"
        "CREATE TABLE history (trial TEXT PRIMARY KEY, epochs TEXT NOT NULL);"
        "CREATE TABLE tested"
        " (trial TEXT PRIMARY KEY, test_set TEXT NOT NULL, examples INTEGER NOT NULL, correct BLOB NOT NULL);"
        "CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL);"
        """INSERT INTO trials VALUES ('a', '{"status": "ok"}');"""
    )
    database.executemany("INSERT INTO facts VALUES (?, ?)", [(key, json.dumps(it)) for key, it in OLD_FACTS.items()])
    database.commit()
    database.close()
    return path


def check_old(journal):
    assert journal.record == Record(study={"name": "s"}, digest="d", threads=1, environment=Environment(backend="jax"))
    assert journal.plan.chunks() == [Chunk(("c", "d"), (0, 1), ("learning_rate",), "p")]
    assert journal.plan.apart("failed") == {("e", 0), ("e", 1)}
    assert journal.plan.apart("failed", "slower") == {("e", 0), ("e", 1), ("f", 0)}
    assert journal.plan.cut() == {("e", 1): 2}
    assert journal.rows() == [{"status": "ok"}]


def test_a_journal_whose_plan_was_one_fact_is_read_and_not_changed(old):
    before = old.read_bytes()
    with Journal.reading(old) as journal:
        check_old(journal)
    assert old.read_bytes() == before


def test_a_journal_whose_plan_was_one_fact_is_taken_over_once(old):
    for _ in range(2):
        journal = Journal(old)
        check_old(journal)
        journal.close()
    database = sqlite3.connect(old)
    assert {key for (key,) in database.execute("SELECT key FROM facts")} == {
        "study",
        "digest",
        "threads",
        "environment",
    }
    assert database.execute("PRAGMA user_version").fetchone() == (VERSION,)
    database.close()
