"""Whether a function computes with leading axes as it does without: tried with numbers."""

from collections.abc import Callable

import numpy as np

LEADING, BATCH = (2, 3), 5


def pass_through(function: Callable[..., np.ndarray], *arrays: np.ndarray, rank: int = 4) -> bool:
    """Whether `function` of a stack is the stack of what it gives, each by itself.

    arrays: `[2, 3, …]` each. rank: of what it must give.

    >>> x = np.ones((2, 3, 5, 4))
    >>> pass_through(np.square, x), pass_through(lambda x: x / x.sum(), x)
    (True, False)
    """
    try:
        whole = function(*arrays)
        alone = [[function(*(array[s, c] for array in arrays)) for c in range(LEADING[1])] for s in range(LEADING[0])]
    except Exception:
        return False  # what a function that can't take the axes raises is anyone's guess
    return whole.ndim == rank and whole.shape == np.shape(alone) and np.allclose(whole, alone, rtol=1e-4, atol=1e-6)
