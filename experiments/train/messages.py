"""How a job tells that it is under way: `say` reaches whoever runs the job, and nobody where nobody listens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

PLANNING, PLANNED = "planning", "planned"  # of a cell, before and after: `(PLANNING, its id)`
_listeners: list[Callable[[object], None]] = []


def say(note: object) -> None:
    """Tell the listener, if there is one."""
    if _listeners:
        _listeners[-1](note)


@contextmanager
def heard_by(listener: Callable[[object], None]) -> Iterator[None]:
    """Let a listener hear what is said inside."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.pop()
