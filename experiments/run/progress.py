"""How a run is going: one live line on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Callable, Sized
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.columns import Columns

_PLAIN_EVERY = 15.0  # seconds between plain lines


class Progress:
    """Counts trials and reports progress. `say` prints a line; messages go through it too.

    best: of two rows, whether the first scores better.
    """

    def __init__(self, name: str, total: int, done: int, workers: int, say: Callable[[str], None]) -> None:
        self.name, self.total, self.before, self._workers, self._say = name, total, done, workers, say
        self.done, self.failed, self.diverged = done, 0, 0
        self.best = ""
        self._flying: dict[Sized, tuple[int, int, int]] = {}  # stack → trials, epoch, of how many
        self._start = self._last = time.monotonic()

    def add(self, status: str, best: str) -> None:
        """Count one more trial."""
        self.done += 1
        self.failed += status == "failed"
        self.diverged += status == "diverged"
        self.best = best
        now = time.monotonic()
        if now - self._last >= _PLAIN_EVERY or self.done == self.total:
            self._last = now
            self.show()

    def note_epoch(self, stack: Sized, epochs: tuple[int, int]) -> None:
        """Note the epoch (from 1) that a stack in training has ended, and of how many."""
        if epochs[0] < epochs[1]:
            self._flying[stack] = (len(stack), *epochs)
        else:
            self._flying.pop(stack, None)
        if time.monotonic() - self._last >= _PLAIN_EVERY:
            self._last = time.monotonic()
            self.show()

    def show(self) -> None:
        """Print the progress."""
        self._say(f"{self.name}: {self.line()}")

    def line(self) -> str:
        """Trials done, rate, time left, best so far."""
        seconds = time.monotonic() - self._start
        rate = (self.done - self.before) / seconds if seconds else 0.0
        parts = [f"{self.done} of {self.total} trials"]
        if rate:
            parts += [f"{rate:.2g} a second", f"{duration((self.total - self.done) / rate)} left"]
        parts += [f"{count} {word}" for count, word in ((self.diverged, "diverged"), (self.failed, "failed")) if count]
        parts += [f"{trials} at epoch {epoch} of {most}" for trials, epoch, most in self._flying.values()]
        return ", ".join(parts + ([f"best {self.best}"] if self.best else []))

    def finish(self) -> None:
        """End the display: no more trials follow."""


class LiveProgress(Progress):
    """The same as one live line with a bar, by rich."""

    def __init__(self, name: str, total: int, done: int, workers: int, say: Callable[[str], None]) -> None:
        super().__init__(name, total, done, workers, say)
        from rich.live import Live

        self._live = Live(self._drawn(), refresh_per_second=4, transient=True)
        self._live.start()

    def _drawn(self) -> "Columns":
        from rich.columns import Columns
        from rich.progress_bar import ProgressBar
        from rich.text import Text

        return Columns(
            [
                ProgressBar(total=self.total, completed=self.done, width=24),
                Text(f"{self.name}: {self.line()}"),
            ]
        )

    def add(self, status: str, best: str) -> None:
        """Count one more trial."""
        self._last = time.monotonic()  # the live line stands for the plain ones
        super().add(status, best)
        self._live.update(self._drawn())

    def note_epoch(self, stack: Sized, epochs: tuple[int, int]) -> None:
        """Note the epoch that a stack in training has ended."""
        super().note_epoch(stack, epochs)
        self._live.update(self._drawn())

    def show(self) -> None:
        """Nothing to print: the live line shows it."""

    def finish(self) -> None:
        """Remove the live line."""
        self._live.stop()


def progress(name: str, total: int, done: int, workers: int, say: Callable[[str], None]) -> Progress:
    """Live on a terminal, plain elsewhere; the arguments are those of `Progress`."""
    return (LiveProgress if sys.stdout.isatty() else Progress)(name, total, done, workers, say)


def duration(seconds: float) -> str:
    """A time in words.

    >>> duration(42), duration(150), duration(7300)
    ('42 s', '2.5 min', '2.0 h')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
