"""Messages of a running job: `say` passes them to the executor that runs it, and does nothing elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

PLANNING, PLANNED = "planning", "planned"  # of a cell, before and after: `(PLANNING, its id)`
_listeners: list[Callable[[object], None]] = []


def say(note: object) -> None:
    """Pass a message to the listener, if there is one."""
    if _listeners:
        _listeners[-1](note)


@contextmanager
def listen_with(listener: Callable[[object], None]) -> Iterator[None]:
    """Let `say` call a listener, within the block."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.pop()
