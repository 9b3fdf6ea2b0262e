"""When a trial has trained long enough."""

from collections.abc import Sequence


def is_exhausted(losses: Sequence[float], patience: int) -> bool:
    """Whether the last `patience` validation losses, one per epoch, are none below the lowest before; never for 0.

    As `keras.callbacks.EarlyStopping(patience=patience)` has it.

    >>> exhausted([3.0, 1.0, 1.0, 2.0], 2), exhausted([3.0, 1.0, 1.0, 0.5], 2), exhausted([1.0, 2.0], 0)
    (True, False, False)
    """
    return 0 < patience < len(losses) and min(losses[-patience:]) >= min(losses[:-patience])
