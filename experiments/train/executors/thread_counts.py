"""How worker processes share this machine: many of one thread, or one of all. Measured once, and kept."""

import json
import os
import time
from contextlib import suppress
from pathlib import Path

from experiments.store import machine
from experiments.store.files import write
from experiments.study.trial import digest
from experiments.train import program_cache, worker
from experiments.train.executors.executor import Executor, Job
from experiments.train.executors.run_jobs import run_jobs

_KEPT = 30 * 24 * 3600  # seconds
_BETTER = 1.2  # times that one process must be faster, for on a busy machine a measurement wavers


def read_threads() -> int | None:
    """The threads of a process that were measured to be fastest on this machine, or None where it is not known."""
    if machine.cores() == 1:
        return 1
    with suppress(OSError, ValueError, KeyError, TypeError):
        found = json.loads(_place().read_text())
        if found["cores"] == machine.cores() and 0 <= time.time() - found["time"] < _KEPT:
            return int(found["threads"])
    return None


def choose_threads(alone: Executor, together: Executor) -> int:
    """The threads of a process that are fastest here, as measured now, and kept for a month.

    alone: of one process with a thread per core. together: of several processes with one thread each.
    """
    (found,) = run_jobs(alone, [Job(None, worker.measure_speed, ())])
    if found.error:
        return 1  # whatever is wrong, the first job reports it
    rate, accelerator = found.value
    rates = 0.0
    if not accelerator:
        count = together.capacity
        list(run_jobs(together, [Job(number, worker.import_libraries, ()) for number in range(count)]))
        ended = run_jobs(together, [Job(number, worker.measure_speed, ()) for number in range(count)])
        rates = sum(process.value[0] for process in ended if process.value)
    threads = machine.cores() if rate > _BETTER * rates else 1
    with suppress(OSError):
        _place().parent.mkdir(parents=True, exist_ok=True)
        write(_place(), json.dumps({"cores": machine.cores(), "threads": threads, "time": time.time()}))
    return threads


def _place() -> Path:
    """Beside the compiled programs of this machine and these versions; a file for each backend and its devices."""
    chosen = [os.environ.get(name, "") for name in ("KERAS_BACKEND", "CUDA_VISIBLE_DEVICES", "JAX_PLATFORMS")]
    folder = program_cache.folder()
    return folder.with_name(f"{folder.name}-{digest(chosen)}.json")
