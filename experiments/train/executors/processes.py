"""Runs jobs in processes of this machine, which are started, watched and replaced here. No TensorFlow in this one."""

import contextlib
import os
import pickle
import selectors
import signal
import subprocess
import sys
from collections.abc import Hashable, Sequence
from pathlib import Path

from experiments.store import machine
from experiments.train import program_cache
from experiments.train.executors import thread_counts
from experiments.train.executors.catalog import Options, no_address
from experiments.train.executors.executor import Ended, Executor, Job, Listener, Said, Started
from experiments.train.executors.frames import Frames
from experiments.train.executors.waiting import Waiting

_LAST_WORDS = 5  # seconds that a process has to end once its pipe has
_LONGEST_WAIT = 3600.0  # seconds; a selector knows no end of weeks
JOBS_PER_PROCESS = 100  # a process grows by a few MB per model, so it is replaced after so many


class Processes:
    """An executor whose jobs run in processes of this machine, which start when they are first needed.

    capacity: how many processes, 1 or more. log: the file for what they and TensorFlow print. threads: of each process.
    chooses: whether `arrange` may change both to what is fastest on this machine.
    """

    shares_objects = False

    def __init__(self, capacity: int, log: Path, threads: int = 1, *, chooses: bool = False) -> None:
        self.capacity, self.log, self.threads, self.chooses = capacity, log, threads, chooses
        self._waiting = Waiting()
        self._idle: list[_Process] = []
        self._busy: dict[_Process, Hashable] = {}
        self._selector = selectors.DefaultSelector()

    def arrange(self, threads: int | None, *, measure: bool) -> None:
        """Take the threads that results were begun with, or those that are fastest here; processes may have started."""
        found = threads
        if found is None and self.chooses:
            found = thread_counts.read_threads() or (self._measure_threads() if measure else None)
        found = found or self.threads
        if found != self.threads:
            self.stop()
        self.threads = found
        if self.chooses:
            self.capacity = 1 if found > 1 else machine.most_workers()

    def _measure_threads(self) -> int:
        alone = Processes(1, self.log, machine.cores())
        try:
            return thread_counts.choose_threads(alone, self)
        finally:
            alone.stop()

    def submit(self, jobs: Sequence[Job]) -> None:
        """Take jobs."""
        self._waiting.add(jobs)

    def events(self, listener: Listener, wait: float | None) -> None:
        """Give jobs to idle processes, and report what comes back. A job whose process dies is lost."""
        if wait != 0:
            self._hand_out(listener)
        for ready, _ in self._selector.select(wait if wait is None else min(wait, _LONGEST_WAIT)):
            self._collect(ready.data, listener)

    def _hand_out(self, listener: Listener) -> None:
        while self._waiting and len(self._busy) < self.capacity:
            process = self._alive() or self._start()
            others = {program for busy in self._busy for program in busy.programs}
            job = self._waiting.take(process.programs, others, {busy.compiling for busy in self._busy})
            if job is None:
                self._idle.append(process)
                return
            self._busy[process] = job.key
            process.send(job)
            listener(Started(job.key))

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

    def _collect(self, process: "_Process", listener: Listener) -> None:
        """Report messages and results of a process."""
        if process not in self._busy:  # an idle one that died
            self._idle.remove(process)
            self._drop(process)
            return
        key = self._busy[process]
        try:
            frames = process.frames.read()
        except (EOFError, OSError, pickle.UnpicklingError):
            del self._busy[process]
            why = process.describe_end()  # before it is dropped, which kills it
            self._drop(process)
            listener(Ended(key, error=RuntimeError(f"its process ended: {why}"), lost=True))
            return
        for ok, value in frames:
            if ok is None:
                process.compiling = None  # who says something on the way has what it needs
                listener(Said(key, value))
                continue
            del self._busy[process]
            if process.jobs < JOBS_PER_PROCESS:
                self._idle.append(process)
            else:
                self._drop(process)
            listener(Ended(key, value) if ok else Ended(key, error=value))

    def _drop(self, process: "_Process") -> None:
        self._selector.unregister(process.output)
        process.end()

    def stop(self) -> None:
        """End every process at once; their jobs are lost."""
        self._waiting.clear()
        for process in [*self._idle, *self._busy]:
            self._drop(process)
        self._idle.clear()
        self._busy.clear()


def processes(options: Options) -> Executor:
    """The executor that the options ask for. Raises RequestError where they name an address."""
    no_address("processes", options)
    return Processes(options.workers or machine.most_workers(), options.log, chooses=options.workers is None)


class _Process:
    def __init__(self, log: Path, threads: int) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        root = str(Path(__file__).resolve().parents[3])
        inherited = os.environ.get("PYTHONPATH")
        programs = program_cache.environment()
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
                [sys.executable, "-P", "-c", "from experiments.train.executors.child import main; main()"],
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

    def describe_end(self) -> str:
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
