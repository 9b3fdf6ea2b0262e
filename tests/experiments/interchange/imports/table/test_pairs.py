"""Rows paired by seeds: each configuration has a seed once, and what is left out is said."""

import pytest

from experiments.errors import RequestError
from tests.experiments.interchange.imports.table.verdicts import read, said

HEADER = "a,seed,state,val_acc\n"


def rows(tmp_path, text, **options):
    return read(tmp_path, HEADER + text, **({"seed": "seed"} | options))


def test_a_row_twice_is_kept_once(tmp_path):
    found = rows(tmp_path, "relu,0,ok,0.5\ntanh,0,ok,0.6\nrelu,0,ok,0.5\n")
    assert len(found.rows) == 2
    assert "Rows that repeat others to the letter, left out: 1." in said(found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("relu,0,ok,0.5\nrelu,0,ok,0.6\n", "rows 1 and 2 have the same factors and seed, but differ in val_acc"),
        (
            "relu,0,ok,0.5\nrelu,0.0,ok,0.5\n",
            "rows 1 and 2 have the same factors and seed, but are written differently",
        ),
        ("relu,0,ok,0.5\ntanh,,ok,0.6\n", "--seed seed: empty in row 2; fill in"),
        ("relu,nan,ok,0.5\ntanh,,diverged,\n", "--seed seed: empty in rows 1, 2; fill in"),
    ],
)
def test_what_is_no_pair_is_refused(tmp_path, text, message):
    with pytest.raises(RequestError, match=message):
        rows(tmp_path, text)


def test_a_failed_row_gives_way_to_one_of_its_seed_that_did_not(tmp_path):
    found = rows(tmp_path, "relu,0,failed,0.1\nrelu,0,ok,0.5\ntanh,0,failed,\ntanh,0,failed,0.2\n")
    assert [(row["a"], row["status"]) for row in found.rows] == [("relu", "ok"), ("tanh", "failed")]
    assert "Failed rows whose configuration and seed are there again, left out: 2." in said(found)


def test_a_failed_row_without_a_seed_is_left_out(tmp_path):
    found = rows(tmp_path, "relu,0,ok,0.5\nrelu,,failed,\n")
    assert len(found.rows) == 1
    assert "1 row without a seed, and without a score: left out." in said(found)


def test_equal_rows_that_nothing_tells_apart_count_and_it_is_said(tmp_path):
    found = rows(tmp_path, "relu,0,ok,0.5\nrelu,0,ok,0.5\n", seed=None)
    assert len(found.rows) == 2
    assert "Rows that repeat others to the letter: 1. They count as runs of their own" in said(found)
