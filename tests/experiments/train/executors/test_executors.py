"""What `executor.py` says of an executor, for every executor of the catalog.

Jobs are the standard library's, so that nothing heavy starts.
"""

import operator
import time

import pytest

from experiments.errors import RequestError
from experiments.train.executors.catalog import EXECUTORS, make_executor
from experiments.train.executors.executor import Ended, Job, Said, Started
from experiments.train.executors.run_jobs import run_jobs

SAYS = "from experiments.train.messages import say; say('one'); say('two')"


@pytest.fixture(scope="module", params=list(EXECUTORS))
def executor(request, tmp_path_factory):
    made = make_executor(
        request.param, tmp_path_factory.mktemp("executor") / "log.txt", 2 if request.param != "inline" else None
    )
    made.arrange(1, measure=False)
    yield made
    made.stop()


def told(executor, *jobs):
    """Every event of some jobs."""
    events = []
    executor.submit(jobs)
    while sum(isinstance(event, Ended) for event in events) < len(jobs):
        executor.events(events.append, None)
    return events


def test_a_job_starts_says_what_it_says_and_ends_once(executor):
    events = told(executor, *(Job(number, exec, (SAYS,)) for number in range(3)))
    for number in range(3):
        own = [event for event in events if event.key == number]
        assert own == [Started(number), Said(number, "one"), Said(number, "two"), Ended(number)]


def test_a_failure_is_the_end_of_its_job_and_of_no_other(executor):
    events = told(
        executor, Job(0, operator.truediv, (1, 0)), Job(1, exec, ("raise SystemExit(3)",)), Job(2, operator.add, (1, 1))
    )
    ended = {event.key: event for event in events if isinstance(event, Ended)}
    assert isinstance(ended[0].error, ZeroDivisionError)
    assert str(ended[1].error) == "SystemExit: 3"
    assert ended[2] == Ended(2, 2)
    assert not any(event.lost for event in ended.values())


def test_a_request_that_is_wrong_comes_back_as_what_it_is(executor):
    code = "from experiments.errors import RequestError\nraise RequestError('units: got 0')"
    (*_, ended) = told(executor, Job(0, exec, (code,)))
    assert (type(ended.error), str(ended.error)) == (RequestError, "units: got 0")


def test_without_time_left_no_job_starts(executor):
    events = []
    executor.submit([Job(0, operator.add, (1, 1))])
    executor.events(events.append, 0)
    assert events == []
    executor.stop()


def test_what_is_stopped_is_dropped_and_what_comes_later_runs(executor):
    executor.submit([Job(number, operator.add, (1, 1)) for number in range(9)])
    executor.stop()
    executor.stop()
    assert told(executor, Job(0, operator.neg, (5,))) == [Started(0), Ended(0, -5)]


def test_it_runs_as_many_jobs_as_it_says_and_says_what_it_shares(executor):
    assert executor.capacity >= 1
    assert executor.threads is None or executor.threads >= 1
    here = []
    (*_, ended) = told(executor, Job(0, here.append, (1,)))
    assert (here == [1]) is executor.shares_objects
    assert ended.error is None


def test_run_jobs_gives_every_end_with_the_key_of_its_caller(executor):
    heard = []
    jobs = [Job(("says",), exec, (SAYS,)), Job({"any": "key"}, operator.mul, (3, 4))]
    ended = {
        str(event.key): event
        for event in run_jobs(executor, jobs, on_message=lambda key, note: heard.append((key, note)))
    }
    assert heard == [(("says",), "one"), (("says",), "two")]
    assert ended["{'any': 'key'}"].value == 12


def test_run_jobs_ends_when_the_time_is_up_and_the_executor_goes_on(executor):
    end = time.monotonic() + 0.5
    jobs = [Job("short", operator.add, (1, 1)), *(Job(number, time.sleep, (0.05,)) for number in range(2000))]
    ended = list(run_jobs(executor, jobs, lambda: max(0.0, end - time.monotonic())))
    assert ended[0].key == "short"
    assert len(ended) < 2000
    assert [event.value for event in run_jobs(executor, [Job(None, operator.neg, (1,))])] == [-1]


def test_an_executor_that_there_is_not_is_told_with_those_that_there_are(tmp_path):
    with pytest.raises(RequestError, match=r'executor: got "procesess"; did you mean "processes"\?'):
        make_executor("procesess", tmp_path / "log.txt")


def test_an_address_is_refused_where_nothing_can_be_reached_at_it(executor, tmp_path):
    for name in ("processes", "inline"):
        with pytest.raises(RequestError, match=f'executor: got "{name}:host:6379", allowed is "{name}" alone'):
            make_executor(f"{name}:host:6379", tmp_path / "log.txt")
