"""How worker processes share this machine: many of one thread, or one of all. Measured once, and kept."""

import json
import os
import time
from contextlib import suppress
from pathlib import Path

from experiments.store import machine
from experiments.store.files import write
from experiments.study.trial import digest
from experiments.train import compiled, worker
from experiments.train.workers import Inline, Job, Workers

_KEPT = 30 * 24 * 3600  # seconds
_BETTER = 1.2  # times that one process must be faster, for on a busy machine a measurement wavers


def arrange(pool: Workers | Inline, threads: int | None = None, *, measure: bool = True) -> None:
    """Give a pool the threads that a run began with, or one that may choose those that are fastest here.

    threads: of each process, where results depend on them already. measure: whether it may take ten seconds to
    find out what is not known of this machine; processes may have started.
    """
    if isinstance(pool, Inline):
        return
    found = threads
    if found is None and pool.chooses:
        found = kept() or (_measured(pool) if measure else None)
    found = found or pool.threads
    if found != pool.threads:
        pool.stop()
    pool.threads = found
    if pool.chooses:
        pool.count = 1 if found > 1 else machine.most_workers()


def kept() -> int | None:
    """The threads of a process that were measured to be fastest on this machine, or None where it is not known."""
    if machine.cores() == 1:
        return 1
    with suppress(OSError, ValueError, KeyError, TypeError):
        found = json.loads(_place().read_text())
        if found["cores"] == machine.cores() and 0 <= time.time() - found["time"] < _KEPT:
            return int(found["threads"])
    return None


def _measured(pool: Workers) -> int:
    alone = Workers(1, pool.log, threads=machine.cores())
    try:
        (answer,) = alone.run([Job(None, worker.speed, ())])
    finally:
        alone.stop()
    if answer.error:
        return 1  # whatever is wrong, the first job will tell
    rate, accelerator = answer.value
    together = 0.0
    if not accelerator:
        list(pool.run([Job(number, worker.ready, ()) for number in range(pool.count)]))
        answers = list(pool.run([Job(number, worker.speed, ()) for number in range(pool.count)]))
        together = sum(one.value[0] for one in answers if one.value)
    threads = machine.cores() if rate > _BETTER * together else 1
    with suppress(OSError):
        _place().parent.mkdir(parents=True, exist_ok=True)
        write(_place(), json.dumps({"cores": machine.cores(), "threads": threads, "time": time.time()}))
    return threads


def _place() -> Path:
    """Beside the compiled programs of this machine and these versions; a file for each backend and its devices."""
    chosen = [os.environ.get(name, "") for name in ("KERAS_BACKEND", "CUDA_VISIBLE_DEVICES", "JAX_PLATFORMS")]
    folder = compiled.folder()
    return folder.with_name(f"{folder.name}-{digest(chosen)}.json")
