"""Runs jobs in this process, one after the other: for functions of a notebook, and for a debugger."""

from collections import deque
from collections.abc import Sequence

from experiments.errors import said
from experiments.train.executors.catalog import Options, no_address
from experiments.train.executors.executor import Ended, Executor, Job, Listener, Said, Started
from experiments.train.messages import listen_with


class Inline:
    """An executor that runs one job in each call of `events`. Nothing stops a job before its end."""

    capacity: int = 1
    threads: int | None = None
    shares_objects = True

    def __init__(self) -> None:
        self._waiting: deque[Job] = deque()

    def arrange(self, threads: int | None, *, measure: bool) -> None:
        """Nothing to arrange: this process has the threads that it has."""

    def submit(self, jobs: Sequence[Job]) -> None:
        """Take jobs."""
        self._waiting.extend(jobs)

    def events(self, listener: Listener, wait: float | None) -> None:
        """Run the next job, if there is time left."""
        if wait == 0 or not self._waiting:
            return
        job = self._waiting.popleft()
        listener(Started(job.key))
        try:
            with listen_with(lambda note: listener(Said(job.key, note))):
                ended = Ended(job.key, job.function(*job.arguments))
        except (Exception, SystemExit) as error:
            ended = Ended(job.key, error=error if isinstance(error, Exception) else RuntimeError(said(error)))
        listener(ended)

    def stop(self) -> None:
        """Drop what waits."""
        self._waiting.clear()


def inline(options: Options) -> Executor:
    """The executor that the options ask for. Raises RequestError where they name an address."""
    no_address("inline", options)
    return Inline()
