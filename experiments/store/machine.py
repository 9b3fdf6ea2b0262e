"""What this machine has: cores and free memory."""

import os
from contextlib import suppress
from pathlib import Path

import psutil

_NEEDS = 2**30  # bytes of a worker process
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def most_workers() -> int:
    """How many worker processes the cores and the free memory are enough for."""
    return max(1, min(cores(), free_memory() // _NEEDS))


def free_memory() -> int:
    """Bytes that are free; of a container at most what it may have."""
    found = psutil.virtual_memory().available
    for place in _LIMITS:
        with suppress(OSError, ValueError):
            found = min(found, int(Path(place).read_text()))
    return found
