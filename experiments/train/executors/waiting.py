"""Jobs that wait for a process, by the program that they run: which one a process is given next."""

from collections import deque
from collections.abc import Collection, Iterable
from itertools import count

from experiments.train.executors.executor import Job


class Waiting:
    """Jobs in the order in which they came, a queue for each program.

    >>> import operator
    >>> waiting = Waiting()
    >>> waiting.add(Job(number, operator.neg, (number,), program) for number, program in enumerate("ppq"))
    >>> waiting.take(has={"q"}, others=set(), compiling=set()).key
    2
    """

    def __init__(self) -> None:
        self._queues: dict[str | None, deque[tuple[int, Job]]] = {}
        self._numbers = count()

    def __bool__(self) -> bool:
        return bool(self._queues)

    def add(self, jobs: Iterable[Job]) -> None:
        """Add jobs behind all others."""
        for job in jobs:
            self._queues.setdefault(job.program, deque()).append((next(self._numbers), job))

    def take(self, has: Collection[str], others: Collection[str], compiling: Collection[str | None]) -> Job | None:
        """The first job whose program a process has; else the first whose program no other has; else the first.

        has: programs of the process. others: programs of busy processes. compiling: programs that one of these is
        compiling. None where all wait for such: found on disk later, a program costs a tenth.
        """
        own = [program for program in self._queues if program in has]
        new = [program for program in self._queues if program not in others]
        ready = [program for program in self._queues if program is None or program not in compiling]
        chosen = own or new or ready
        return self._pop(min(chosen, key=lambda program: self._queues[program][0][0])) if chosen else None

    def _pop(self, program: str | None) -> Job:
        queue = self._queues[program]
        _, job = queue.popleft()
        if not queue:
            del self._queues[program]
        return job

    def clear(self) -> None:
        """Drop all jobs."""
        self._queues.clear()
