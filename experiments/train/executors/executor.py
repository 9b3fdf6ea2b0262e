"""What an executor is: it takes jobs, runs them somewhere, and reports what happens to them."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

from experiments.study.types import Plain

Key: TypeAlias = Any  # what tells jobs apart: an object of the caller's own that can be hashed


class Job(NamedTuple):
    """A call to make.

    key: what the caller knows the job by. An executor is given jobs whose keys are whole numbers, each different from
        the keys of all other jobs that it has not ended.
    function, arguments: the call. A module's function, so that it can be pickled by its name.
    program: what the job compiles, if it compiles anything. Jobs of one program run faster where one of them ran
        before. An executor may use this to place jobs, or ignore it.
    """

    key: Key
    function: Callable[..., object]
    arguments: tuple[object, ...]
    program: str | None = None


class Started(NamedTuple):
    """A job has begun. The time limit of jobs counts from here."""

    key: Key


class Said(NamedTuple):
    """A job has sent a message while it runs, by `experiments.train.messages.say`: its epoch, for example."""

    key: Key
    note: object


class Ended(NamedTuple):
    """A job has ended: with the value that its function returned, or with the exception that it raised.

    lost: whether what ran the job is gone: its process died, its node vanished. The same job may work elsewhere.
    """

    key: Key
    value: Plain = None
    error: Exception | None = None
    lost: bool = False


Event = Started | Said | Ended
Listener = Callable[[Event], None]


class Executor(Protocol):
    """Where jobs run: in this process, in processes of this machine, on a cluster.

    An executor is a file here and a line in `catalog.EXECUTORS`; nothing else may ask which one it is. Callers hand
    their jobs to `run_jobs`, which watches the time and calls the members below, always from one thread.

    Events of a job come in this order: `Started`, any number of `Said`, `Ended`. Every job that was submitted ends
    exactly once, unless `stop` drops it. Jobs may run, and end, in any order.

    The first three members say what the executor can do; a plain attribute will do for each.
    """

    @property
    def capacity(self) -> int:
        """How many jobs run at the same time, 1 or more. Estimates of time divide by it."""
        ...

    @property
    def threads(self) -> int | None:
        """With how many threads a job computes; None where the executor does not decide this.

        It is kept with the results, for the last bits of a sum may depend on it.
        """
        ...

    @property
    def shares_objects(self) -> bool:
        """Whether a job gets the very objects of its arguments, as functions of a notebook and data in memory need.

        False where arguments are pickled; a job then imports what its study names, by itself.
        """
        ...

    def arrange(self, threads: int | None, *, measure: bool) -> None:
        """Settle `capacity` and `threads`, before the first job of a study. An executor without a choice does nothing.

        threads: what the results that are to be extended were computed with, 1 or more; keep to it where possible. None
            where there are none.
        measure: whether there is time, about ten seconds, to measure what is fastest.
        """
        ...

    def submit(self, jobs: Sequence[Job]) -> None:
        """Take jobs, and return at once. `submit` may be called again before earlier jobs have ended."""
        ...

    def events(self, listener: Listener, wait: float | None) -> None:
        """Call `listener` with each event, as it happens or is found, and return at the latest when there was one.

        wait: return after so many seconds, 0 or more, also without an event. None: wait as long as it takes. With 0
            there is no time left: start no job, report what has happened, and return. An executor that runs a job in
            this very call may take longer than `wait`, for it can't break off the job.

        What a job's function raises is reported as the error of its `Ended`, and never raised here. Where a job runs in
        another process, `call.carry_out` makes the call there and gives the exception a form that can be pickled.
        """
        ...

    def stop(self) -> None:
        """Drop every job that has not ended, without an event, and free what the executor holds: processes, a cluster.

        May be called at any time and more than once. Jobs that are submitted later run as if nothing had been.
        """
        ...
