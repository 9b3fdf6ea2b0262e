"""Has an executor run jobs, until all have ended or the time is up."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from experiments.study.types import Plain
from experiments.train.executors.executor import Ended, Event, Executor, Job, Key, Said, Started

TimeLeft = Callable[[], float | None]  # seconds, or None without a limit


def _unlimited() -> None:
    return None


def _ignore(*_: object) -> None:
    """Do nothing."""


def run_jobs(
    executor: Executor,
    jobs: Iterable[Job],
    time_left: TimeLeft = _unlimited,
    on_message: Callable[[Key, Plain], None] = _ignore,
    dropped: Callable[[Key, float], None] = _ignore,
) -> Iterator[Ended]:
    """What became of each job, as they end. A caller that stops iterating before all have ended stops the executor.

    time_left: seconds, or None without a limit. At 0 no job starts any more, and those that run are dropped.
    on_message: is called with a job's key and what the job says while it runs; that may give it more time.
    dropped: is called with the key of a job that ran when the time was up, and for how many seconds it had run.

    >>> import operator
    >>> from experiments.train.executors.inline import Inline
    >>> [ended.value for ended in run_jobs(Inline(), [Job("sum", operator.add, (1, 2))])]
    [3]
    """
    by_number = dict(enumerate(jobs))
    open_jobs, ended = set(by_number), deque[Ended]()
    since: dict[int, float] = {}

    def listen(event: Event) -> None:
        match event:
            case Started(key):
                since[key] = time.monotonic()
            case Said(key, note):
                on_message(by_number[key].key, note)
            case Ended(key):
                since.pop(key, None)
                open_jobs.discard(key)
                ended.append(event)

    executor.submit([job._replace(key=number) for number, job in by_number.items()])
    try:
        while open_jobs:
            left = time_left()
            executor.events(listen, left)
            while ended:
                event = ended.popleft()
                yield event._replace(key=by_number[event.key].key)
            if open_jobs and left == 0 and time_left() == 0:  # a message meanwhile may have given more time
                now = time.monotonic()
                for number, start in since.items():
                    dropped(by_number[number].key, now - start)
                return
    finally:
        if open_jobs:
            executor.stop()
