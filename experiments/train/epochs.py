"""Which epoch of a trial counts, and when a trial has trained long enough."""

from collections.abc import Sequence


def better(score: float, than: float | None, direction: str) -> bool:
    """Whether a score is better than another, or is the first one. Equal scores are not better.

    direction: "max" or "min".

    >>> better(0.8, 0.7, "max"), better(0.8, 0.8, "max"), better(0.8, None, "min")
    (True, False, True)
    """
    return than is None or (score > than if direction == "max" else score < than)


def best_epoch(scores: Sequence[float], direction: str) -> int:
    """The place of the best score, the first one of equals, as `keras.callbacks.ModelCheckpoint` keeps it.

    >>> best_epoch([0.5, 0.9, 0.9], "max"), best_epoch([0.5, 0.9, 0.4], "min")
    (1, 2)
    """
    place = 0
    for at, score in enumerate(scores):
        if better(score, scores[place], direction):
            place = at
    return place


def is_exhausted(losses: Sequence[float], patience: int) -> bool:
    """Whether the last `patience` validation losses, one per epoch, are none below the lowest before; never for 0.

    As `keras.callbacks.EarlyStopping(patience=patience)` has it.

    >>> is_exhausted([3.0, 1.0, 1.0, 2.0], 2), is_exhausted([3.0, 1.0, 1.0, 0.5], 2), is_exhausted([1.0, 2.0], 0)
    (True, False, False)
    """
    return 0 < patience < len(losses) and min(losses[-patience:]) >= min(losses[:-patience])
