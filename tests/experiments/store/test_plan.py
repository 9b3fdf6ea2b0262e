"""The plan in the journal: rows that are added, replaced and asked for one by one."""

import pytest

from experiments.store.chunk import Chunk
from experiments.store.journal import Journal

FIRST, SECOND = Chunk(("a", "b"), (0, 1), (), "p"), Chunk(("c",), (0, 1), ("rate",), "q")


@pytest.fixture
def plan(tmp_path):
    journal = Journal(tmp_path / "journal.sqlite")
    journal.plan.add([FIRST, SECOND])
    yield journal.plan
    journal.close()


def test_chunks_come_back_in_their_order(plan):
    assert plan.chunks() == [FIRST, SECOND]
    assert plan.chunk_of(("c", 1)) == SECOND
    assert plan.chunk_of(("c", 2)) is None


def test_halves_take_the_place_of_a_chunk_and_no_other_row_is_touched(plan):
    written = []
    plan._database._connection.set_trace_callback(written.append)
    plan.add(FIRST.halves(), instead_of=FIRST)
    assert plan.chunks() == [SECOND, *FIRST.halves()]
    changes = [statement for statement in written if statement.startswith(("INSERT", "DELETE", "UPDATE"))]
    assert len(changes) == 1 + 2  # one row goes, two come, however many there are


def test_a_chunk_replaces_those_that_hold_one_of_its_trials(plan):
    again = Chunk(("b", "c"), (1,), (), "r")
    plan.add([again])
    assert plan.chunks() == [again]


def test_a_chunk_that_failed_goes_without_another(plan):
    plan.add([], instead_of=SECOND)
    assert plan.chunks() == [FIRST]


def test_trials_are_planned_apart_for_one_reason_or_both(plan):
    plan.set_apart([("a", 0), ("a", 1)], "failed")
    plan.set_apart([("a", 1), ("b", 0)], "slower")
    plan.set_apart([("a", 0)], "failed")
    assert plan.apart("failed") == {("a", 0), ("a", 1)}
    assert plan.apart("failed", "slower") == {("a", 0), ("a", 1), ("b", 0)}


def test_in_how_many_runs_a_trial_was_cut_off_is_counted_anew(plan):
    plan.set_cut({("a", 0): 0, ("b", 1): 1})
    plan.set_cut({("a", 0): 1})
    assert plan.cut() == {("a", 0): 1, ("b", 1): 1}
