"""An executor for tests: its jobs end as a script says, or run in this process."""

import time
from collections.abc import Callable
from typing import Any

from experiments.train.executors.executor import Ended, Job, Listener, Said, Started
from experiments.train.executors.inline import Inline

HANGS = object()  # what a script gives for a job that never ends
Script = Callable[[Job, Callable[[Any], None]], Any]


class Scripted(Inline):
    """Inline, but for the jobs of which the script tells an end.

    script: from a job, and a function that says something in its name, to how it ends (`Ended`, of any key), to
    `HANGS`, or to None for a job that is to run.
    """

    def __init__(self, script: Script, capacity: int = 1) -> None:
        super().__init__()
        self._script, self.capacity, self._hanging = script, capacity, False

    def events(self, listener: Listener, wait: float | None) -> None:
        """Tell how the next job ends."""
        if self._hanging:
            assert wait is not None  # without a limit nothing ends the test
            time.sleep(min(wait, 0.01))
            return
        if wait == 0 or not self._waiting:
            return
        key = self._waiting[0].key
        ended = self._script(self._waiting[0], lambda note: listener(Said(key, note)))
        if ended is None:
            super().events(listener, wait)
            return
        self._waiting.popleft()
        listener(Started(key))
        if ended is HANGS:
            self._hanging = True
        else:
            assert isinstance(ended, Ended)
            listener(ended._replace(key=key))

    def stop(self) -> None:
        """Drop what waits and what hangs."""
        super().stop()
        self._hanging = False
