"""How worker processes share this machine: many of one thread, or one of all. Measured once, and kept."""

import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

from experiments.files import write
from experiments.train import compiled, worker
from experiments.train.workers import Inline, Job, Workers

_NEEDS = 2**30  # bytes of a worker process
_KEPT = 30 * 24 * 3600  # seconds
_BETTER = 1.2  # times that one process must be faster, for on a busy machine a measurement wavers


class Layout(NamedTuple):
    """Worker processes, and the threads of each."""

    count: int
    threads: int


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def most() -> int:
    """How many worker processes the cores and the free memory are enough for."""
    return max(1, min(cores(), psutil.virtual_memory().available // _NEEDS))


def arrange(pool: Workers | Inline) -> None:
    """Give a pool that may choose the layout that this machine is fastest with; its processes may have started."""
    if isinstance(pool, Inline) or not pool.chooses:
        return
    found = kept() or _measured(pool)
    if (pool.count, pool.threads) != found:
        pool.stop()
        pool.count, pool.threads = min(found.count, most()), found.threads
    pool.chooses = False


def kept() -> Layout | None:
    """What was measured on this machine, or None where it is not known."""
    if cores() == 1:
        return Layout(1, 1)
    with suppress(OSError, ValueError, KeyError, TypeError):
        place = _place()
        found = json.loads(place.read_text())
        if found["cores"] == cores() and time.time() - place.stat().st_mtime < _KEPT:
            return Layout(int(found["count"]), int(found["threads"]))
    return None


def _measured(pool: Workers) -> Layout:
    alone = Workers(1, pool.log, threads=cores())
    try:
        (answer,) = alone.run([Job(None, worker.speed, ())])
    finally:
        alone.stop()
    if answer.error:
        return Layout(pool.count, pool.threads)  # whatever is wrong, the first job will tell
    rate, accelerator = answer.value
    found = Layout(1, cores())
    if not accelerator:
        list(pool.run([Job(number, worker.ready, ()) for number in range(pool.count)]))
        answers = list(pool.run([Job(number, worker.speed, ()) for number in range(pool.count)]))
        together = sum(one.value[0] for one in answers if one.value)
        found = Layout(1, cores()) if rate > _BETTER * together else Layout(pool.count, pool.threads)
    with suppress(OSError):
        _place().parent.mkdir(parents=True, exist_ok=True)
        write(_place(), json.dumps({"cores": cores(), **found._asdict()}))
    return found


def _place() -> Path:
    return compiled.folder().with_suffix(".json")
