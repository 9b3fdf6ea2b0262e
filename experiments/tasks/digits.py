"""Handwritten digits, 8 × 8: small, real, and part of scikit-learn, so that no network is needed."""

from functools import cache, partial

import numpy as np

from experiments.tasks.split import FIXED_SEED, split
from experiments.tasks.task import Data, Task


def digits(*, resample: bool = True) -> Task:
    """1797 handwritten digits: x `[1797, 64]` uint8, 0–16, scale 1/16; y `[1797]`, 0–9.

    resample: whether the seed draws the split (60 % train, 20 % validation, 20 % test, every digit in its
    share); otherwise each seed has the split of `split.FIXED_SEED`.

    Source: Alpaydin and Kaynak 1998, "Optical Recognition of Handwritten Digits" (test part), as
    `sklearn.datasets.load_digits` has it.

    >>> data = digits().draw(0)
    >>> data.x.shape, data.x.dtype, [len(part) for part in (data.train, data.validation, data.test)]
    ((1797, 64), dtype('uint8'), [1079, 359, 359])
    """
    return Task("softmax", (64,), 10, partial(_draw, resample))


def _draw(resample: bool, seed: int) -> Data:
    x, y = _examples()
    return Data(x, y, *split(len(y), seed if resample else FIXED_SEED, labels=y), scale=1 / 16)


@cache
def _examples() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    x, y = x.astype(np.uint8), y.astype(np.int64)
    x.flags.writeable = y.flags.writeable = False  # all trials of a process share them
    return x, y
