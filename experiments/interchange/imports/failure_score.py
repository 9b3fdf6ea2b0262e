"""What a diverged trial of another tool scores, where that is given."""

from experiments.analysis.declared import SHARES
from experiments.errors import RequestError, wrong


def failure_score_of(score: str, metric: str, given: float | None, *, hundredths: bool = False) -> float | None:
    """What `--failure-score` says, in the units of results; None where it says nothing.

    score: its name, as the source has it; metric: as results have it. given: in the units of the source. hundredths:
    whether that has per cent where results have shares of 1.

    Raises RequestError where no share of 1 is that large or small.

    >>> failure_score_of("acc", "accuracy", 10.0, hundredths=True)
    0.1
    """
    if given is None:
        return None
    found = given / 100 if hundredths else given
    if metric in SHARES and not 0 <= found <= 1:
        raise RequestError(wrong("--failure-score", given, f"from 0 to {100 if hundredths else 1}, as {score} is"))
    return found
