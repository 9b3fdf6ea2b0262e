"""Runs jobs in worker processes, or in this one: jobs in, answers out as they come. No TensorFlow here."""

import contextlib
import os
import pickle
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from experiments.errors import said
from experiments.train import compiled
from experiments.train.frames import Frames
from experiments.train.messages import heard_by

_LAST_WORDS = 5  # seconds that a process has to end once its pipe has
_LONGEST_WAIT = 3600.0  # seconds; a selector knows no end of weeks
JOBS_A_PROCESS = 100  # a process grows by a few MB per model, so it is replaced after so many


class Job(NamedTuple):
    """A call to make: a function of a module, its arguments, and what the caller knows it by.

    program: what it compiles, if it does: jobs of one program go to a process that has it.
    """

    key: Any
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    program: str | None = None


class Answer(NamedTuple):
    """What became of a job: its value, or the exception; `died` where its process did."""

    key: Any
    value: Any = None
    error: Exception | None = None
    died: bool = False


TimeLeft = Callable[[], float | None]


Heard = Callable[[Any, Any], None]  # a job's key, and what it says on its way


def _forever() -> None:
    """No limit."""


def _nobody(key: Any, note: Any) -> None:
    """Nobody listens."""


class Inline:
    """Makes the calls in this process: for functions of a notebook, which no other process knows."""

    count = 1
    cut: tuple[tuple[Any, float], ...] = ()  # no job of it is ever stopped halfway

    def run(self, jobs: Iterable[Job], time_left: TimeLeft = _forever, heard: Heard = _nobody) -> Iterator[Answer]:
        """Answers, in order; no job starts without time left."""
        for job in jobs:
            if time_left() == 0:
                return
            try:
                with heard_by(partial(heard, job.key)):
                    answer = Answer(job.key, job.function(*job.arguments))
            except (Exception, SystemExit) as error:
                answer = Answer(job.key, error=error if isinstance(error, Exception) else RuntimeError(said(error)))
            yield answer

    def stop(self) -> None:
        """Nothing to stop."""


class Workers:
    """Worker processes, started when first needed.

    count: how many. log: where they and TensorFlow write what they have to say. threads: of each. chooses: whether
    both may be changed to what this machine is fastest with.

    cut: keys of the jobs that were under way when the time of the latest `run` was up, and for how many seconds.
    """

    def __init__(self, count: int, log: Path, threads: int = 1, *, chooses: bool = False) -> None:
        self.count, self.log, self.threads, self.chooses = count, log, threads, chooses
        self.cut: list[tuple[Any, float]] = []
        self._idle: list[_Process] = []
        self._busy: dict[_Process, Any] = {}
        self._since: dict[_Process, float] = {}
        self._selector = selectors.DefaultSelector()

    def run(self, jobs: Iterable[Job], time_left: TimeLeft = _forever, heard: Heard = _nobody) -> Iterator[Answer]:
        """Answers as they come; jobs that don't end while there is time left are dropped.

        A job whose process dies is an answer too; the others go on. heard: of what jobs say on their way.
        """
        waiting = deque(jobs)
        self.cut = []
        while waiting or self._busy:
            while waiting and len(self._busy) < self.count:
                process = self._alive() or self._start()
                job = self._next(waiting, process)
                if job is None:
                    self._idle.append(process)
                    break
                self._busy[process], self._since[process] = job.key, time.monotonic()
                process.send(job)
            left = time_left()
            ready = self._selector.select(left if left is None else min(left, _LONGEST_WAIT))
            for found, _ in ready:
                yield from self._collect(found.data, heard)
            if not ready or left == 0:
                if time_left() != 0:  # what was heard meanwhile gives the jobs more time
                    continue
                now = time.monotonic()
                self.cut = [(key, now - self._since[process]) for process, key in self._busy.items()]
                self.stop()
                return

    def _next(self, waiting: deque[Job], process: "_Process") -> Job | None:
        """The first job whose program a process has; else the first whose program no other has; else the first.

        None where all wait for programs that others are compiling: found on disk later, they cost a tenth.
        """
        others = {program for one in self._busy for program in one.programs}
        compiling = {one.compiling for one in self._busy}
        ready = (job for job in waiting if job.program is None or job.program not in compiling)
        chosen = next((job for job in waiting if job.program in process.programs), None)
        chosen = chosen or next((job for job in waiting if job.program not in others), None) or next(ready, None)
        if chosen:
            waiting.remove(chosen)
        return chosen

    def _alive(self) -> "_Process | None":
        """An idle process that has not died meanwhile, or None."""
        while self._idle:
            process = self._idle.pop()
            if process.runs():
                return process
            self._drop(process)
        return None

    def _start(self) -> "_Process":
        process = _Process(self.log, self.threads)
        self._selector.register(process.output, selectors.EVENT_READ, process)
        return process

    def _collect(self, process: "_Process", heard: Heard) -> list[Answer]:
        """The answer of a process that has something to say, if it is that."""
        if process not in self._busy:  # an idle one that died
            self._idle.remove(process)
            self._drop(process)
            return []
        key = self._busy[process]
        try:
            frames = process.frames.read()
        except (EOFError, OSError, pickle.UnpicklingError):
            del self._busy[process]
            why = process.ending()  # before it is dropped, which kills it
            self._drop(process)
            return [Answer(key, error=RuntimeError(f"its process ended: {why}"), died=True)]
        for ok, value in frames:
            if ok is None:
                process.compiling = None  # who says something on the way has what it needs
                heard(key, value)
                continue
            del self._busy[process]
            if process.jobs < JOBS_A_PROCESS:
                self._idle.append(process)
            else:
                self._drop(process)
            return [Answer(key, value) if ok else Answer(key, error=value)]
        return []

    def _drop(self, process: "_Process") -> None:
        self._selector.unregister(process.output)
        process.end()

    def stop(self) -> None:
        """End every process at once; what they were at is lost."""
        for process in [*self._idle, *self._busy]:
            self._drop(process)
        self._idle, self._busy = [], {}


class _Process:
    def __init__(self, log: Path, threads: int) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        root = str(Path(__file__).resolve().parents[2])
        inherited = os.environ.get("PYTHONPATH")
        programs = compiled.environment()
        self._keeps_programs = bool(programs)
        environment = {
            **os.environ,
            **programs,
            "TF_NUM_INTRAOP_THREADS": str(threads),
            "TF_NUM_INTEROP_THREADS": str(threads),
            "OMP_NUM_THREADS": str(threads),
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
        self.frames = Frames(self.output.fileno())
        self.jobs = 0
        self.programs: set[str] = set()
        self.compiling: str | None = None

    def send(self, job: Job) -> None:
        if job.program:
            self.compiling = job.program if job.program not in self.programs and self._keeps_programs else None
            self.programs.add(job.program)
        else:
            self.jobs += 1
        with contextlib.suppress(BrokenPipeError):  # a dead process is found when it is read from
            pickle.dump((job.function, job.arguments), self._input)
            self._input.flush()

    def runs(self) -> bool:
        return self._process.poll() is None

    def ending(self) -> str:
        try:
            code = self._process.wait(_LAST_WORDS)
        except subprocess.TimeoutExpired:
            return "it closed its pipes and went on"
        if code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return f"exit status {code}"

    def end(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._input.close()
        self._process.kill()
        self._process.wait()
        self.output.close()
