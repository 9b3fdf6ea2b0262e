"""Whether a run has time for more."""

import time
from collections.abc import Iterable

from experiments.store.journal import Journal
from experiments.study.columns import TrialRow


class Clock:
    """Whether there is time for more, judged by the seconds of the trials so far."""

    def __init__(self, deadline: float | None, workers: int, journal: Journal) -> None:
        self._deadline, self._workers, self._journal = deadline, workers, journal

    def left(self) -> float | None:
        """Seconds left, or None without a deadline."""
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    @property
    def over(self) -> bool:
        """Whether the deadline has passed."""
        return self.left() == 0.0

    def allows(self, trials: int, first: bool) -> bool:
        """Whether a seed's trials are expected to end in time; the first seed always starts."""
        left = self.left()
        if left is None or not trials or (first and left > 0):
            return True
        return trials * mean_seconds(self._journal) / self._workers <= left


def mean_seconds(journal: Journal) -> float:
    """The mean time of a trial in the journal, in seconds; 0 without trials."""
    return mean_seconds_of_rows(journal.rows())


def mean_seconds_of_rows(rows: Iterable[TrialRow]) -> float:
    """The mean time of a trial, in seconds, of those that did not fail; 0 without any."""
    seconds = [row["seconds"] for row in rows if row["status"] != "failed"]
    return sum(seconds) / len(seconds) if seconds else 0.0
