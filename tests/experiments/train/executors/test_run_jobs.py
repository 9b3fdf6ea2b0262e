"""Jobs are run until all have ended, or the time is up: what was cut off is told, and nobody else's job is left."""

import operator
import time

import pytest

from experiments.train.executors.executor import Ended, Job, Said, Started
from experiments.train.executors.inline import Inline
from experiments.train.executors.processes import Processes
from experiments.train.executors.run_jobs import run_jobs


class Timeless:
    """An executor whose first job never ends; its clock is the test's."""

    capacity, threads, shares_objects = 1, 1, True

    def __init__(self):
        self.now, self.jobs, self.stopped = 0.0, [], 0

    def arrange(self, threads, *, measure):
        """Nothing."""

    def submit(self, jobs):
        self.jobs = list(jobs)

    def events(self, listener, wait):
        if self.now == 0:
            listener(Started(self.jobs[0].key))
        self.now += 1
        listener(Said(self.jobs[0].key, self.now))

    def stop(self):
        self.stopped += 1


def test_what_was_under_way_when_the_time_was_up_is_told_and_dropped(monkeypatch):
    executor, dropped = Timeless(), []
    monkeypatch.setattr(time, "monotonic", lambda: executor.now)
    jobs = [Job("first", operator.neg, (1,)), Job("second", operator.neg, (2,))]
    left = lambda: max(0.0, 5.0 - executor.now)  # noqa: E731
    assert list(run_jobs(executor, jobs, left, dropped=lambda *found: dropped.append(found))) == []
    assert dropped == [("first", 6.0)]  # the second had not begun; the first started at 0
    assert executor.stopped == 1


def test_what_is_heard_gives_more_time():
    executor, limit = Timeless(), [2]

    def heard(key, note):
        if note == 3:
            limit[0] = 7

    assert (
        list(run_jobs(executor, [Job("first", operator.neg, (1,))], lambda: max(0, limit[0] - executor.now), heard))
        == []
    )
    assert executor.now == 8


def test_whoever_stops_asking_leaves_no_job_behind():
    executor = Inline()
    for ended in run_jobs(executor, [Job(number, operator.neg, (number,)) for number in range(5)]):
        assert ended == Ended(0, 0)
        break
    assert [ended.value for ended in run_jobs(executor, [Job("own", operator.neg, (7,))])] == [-7]


def test_an_interrupt_is_the_callers_and_leaves_no_job_behind():
    executor = Inline()
    with pytest.raises(KeyboardInterrupt):
        list(run_jobs(executor, [Job(0, exec, ("raise KeyboardInterrupt",)), Job(1, operator.neg, (1,))]))
    assert [ended.value for ended in run_jobs(executor, [Job("own", operator.neg, (7,))])] == [-7]


def test_processes_are_cut_off_in_the_middle_of_a_job(tmp_path):
    executor, dropped = Processes(2, tmp_path / "log.txt"), []
    list(run_jobs(executor, [Job(number, time.sleep, (0.2,)) for number in range(2)]))  # both processes are up
    end = time.monotonic() + 1.0
    jobs = [Job("long", time.sleep, (60,)), *(Job(number, time.sleep, (0.01,)) for number in range(2000))]
    ended = list(
        run_jobs(executor, jobs, lambda: max(0.0, end - time.monotonic()), dropped=lambda *one: dropped.append(one))
    )
    assert time.monotonic() - end < 10  # though there was always another end to tell
    assert len(ended) < 2000
    assert 0.5 < dict(dropped)["long"] < 10
