"""Runs jobs in worker processes, or in this one: jobs in, answers out as they come. No TensorFlow here."""

import contextlib
import os
import pickle
import selectors
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

JOBS_A_PROCESS = 100  # a process grows by a few MB a model, so it is replaced after so many


class Job(NamedTuple):
    """A call to make: a function of a module, its arguments, and what the caller knows it by."""

    key: Any
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


class Answer(NamedTuple):
    """What became of a job: its value, or the exception; `died` where its process did."""

    key: Any
    value: Any = None
    error: Exception | None = None
    died: bool = False


TimeLeft = Callable[[], float | None]


def _forever() -> None:
    """No limit."""


class Inline:
    """Makes the calls in this process: for functions of a notebook, which no other process knows."""

    count = 1

    def run(self, jobs: Iterable[Job], time_left: TimeLeft = _forever) -> Iterator[Answer]:
        """Answers, in order; no job starts without time left."""
        for job in jobs:
            if time_left() == 0:
                return
            try:
                answer = Answer(job.key, job.function(*job.arguments))
            except Exception as error:
                answer = Answer(job.key, error=error)
            yield answer

    def stop(self) -> None:
        """Nothing to stop."""


class Workers:
    """Single-threaded worker processes, one a core, started when first needed.

    count: how many. log: where they and TensorFlow write what they have to say.
    """

    def __init__(self, count: int, log: Path) -> None:
        self.count, self._log = count, log
        self._idle: list[_Process] = []
        self._busy: dict[_Process, Any] = {}
        self._selector = selectors.DefaultSelector()

    def run(self, jobs: Iterable[Job], time_left: TimeLeft = _forever) -> Iterator[Answer]:
        """Answers as they come; jobs that don't end while there is time left are dropped.

        A job whose process dies is an answer too; the others go on.
        """
        waiting = deque(jobs)
        while waiting or self._busy:
            while waiting and len(self._busy) < self.count:
                job = waiting.popleft()
                process = self._idle.pop() if self._idle else self._start()
                self._busy[process] = job.key
                process.send(job)
            ready = self._selector.select(time_left())
            for found, _ in ready:
                yield self._collect(found.data)
            if not ready:
                self.stop()
                return

    def _start(self) -> "_Process":
        process = _Process(self._log)
        self._selector.register(process.output, selectors.EVENT_READ, process)
        return process

    def _collect(self, process: "_Process") -> Answer:
        key = self._busy.pop(process)
        try:
            ok, value = process.receive()
        except (EOFError, OSError, pickle.UnpicklingError):
            self._drop(process)
            return Answer(key, error=RuntimeError(f"its process ended: {process.ending()}"), died=True)
        if process.jobs < JOBS_A_PROCESS:
            self._idle.append(process)
        else:
            self._drop(process)
        return Answer(key, value) if ok else Answer(key, error=value)

    def _drop(self, process: "_Process") -> None:
        self._selector.unregister(process.output)
        process.end()

    def stop(self) -> None:
        """End every process at once; what they were at is lost."""
        for process in [*self._idle, *self._busy]:
            self._drop(process)
        self._idle, self._busy = [], {}


class _Process:
    def __init__(self, log: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        root = str(Path(__file__).resolve().parents[2])
        inherited = os.environ.get("PYTHONPATH")
        environment = os.environ | {
            "TF_NUM_INTRAOP_THREADS": "1",  # two processes of one thread beat one of two
            "TF_NUM_INTEROP_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "PYTHONPATH": os.pathsep.join([root, inherited] if inherited else [root]),
        }
        with log.open("ab") as sink:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", "from experiments.train.worker import main; main()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=sink,
                env=environment,
                start_new_session=True,  # Ctrl-C is for the parent, which ends its workers itself
            )
        assert self._process.stdin and self._process.stdout
        self._input, self.output = self._process.stdin, self._process.stdout
        self.jobs = 0

    def send(self, job: Job) -> None:
        self.jobs += 1
        with contextlib.suppress(BrokenPipeError):  # a dead process is found when it is read from
            pickle.dump((job.function, job.arguments), self._input)
            self._input.flush()

    def receive(self) -> tuple[bool, Any]:
        return pickle.load(self.output)

    def ending(self) -> str:
        code = self._process.returncode
        if code is not None and code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return f"exit status {code}"

    def end(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._input.close()
        self._process.kill()
        self._process.wait()
        self.output.close()
