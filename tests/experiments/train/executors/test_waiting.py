"""Which job a process is given next: as a search through all jobs in their order would find it."""

import operator

from hypothesis import given
from hypothesis import strategies as st

from experiments.train.executors.executor import Job
from experiments.train.executors.waiting import Waiting

programs = st.sets(st.sampled_from("pqr"))


def searched(jobs, has, others, compiling):
    """What is said of `take`, spelled out over a list."""
    own = (job for job in jobs if job.program in has)
    new = (job for job in jobs if job.program not in others)
    ready = (job for job in jobs if job.program is None or job.program not in compiling)
    return next(own, None) or next(new, None) or next(ready, None)


@given(st.lists(st.sampled_from([None, "p", "q", "r"])), st.lists(st.tuples(programs, programs, programs)))
def test_jobs_are_taken_as_a_search_through_all_would_take_them(wanted, turns):
    jobs = [Job(number, operator.neg, (number,), program) for number, program in enumerate(wanted)]
    waiting = Waiting()
    waiting.add(jobs)
    for has, others, compiling in turns:
        expected = searched(jobs, has, others, compiling & others)
        assert waiting.take(has, others, compiling & others) == expected
        if expected:
            jobs.remove(expected)
        assert bool(waiting) is bool(jobs)


def test_cleared_nothing_waits():
    waiting = Waiting()
    waiting.add([Job(0, operator.neg, (0,))])
    waiting.clear()
    assert not waiting
    assert waiting.take(set(), set(), set()) is None
