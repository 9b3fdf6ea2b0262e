"""Handwritten digits, 8 × 8: small, real, and part of scikit-learn, so that no network is needed."""

from dataclasses import replace
from functools import cache, partial

import numpy as np

from experiments.tasks.sealed import sealed_part, split_sealed
from experiments.tasks.split import FIXED_SEED, sizes
from experiments.tasks.task import Data, Task

SHARE = 0.2  # of validation, and of test
THRESHOLD = 8  # of 16: a pixel that is as dark is black


def digits(*, resample: bool = True, binarize: bool = False) -> Task:
    """1797 handwritten digits: x `[1797, 64]` uint8, 0–16, scale 1/16; y `[1797]`, 0–9.

    359 of them test, the same for every seed (`sealed.sealed_part`).
    resample: whether the seed splits the others (1079 train, 359 validate, every digit in its share); otherwise each
    seed has the split of `split.FIXED_SEED`. binarize: whether pixels are 0 or 1 (8 and more), at scale 1.

    Source: Alpaydin and Kaynak 1998, "Optical Recognition of Handwritten Digits" (test part), as
    `sklearn.datasets.load_digits` has it.

    >>> data = digits().draw(0)
    >>> data.x.shape, data.x.dtype, [len(part) for part in (data.train, data.validation, data.test)]
    ((1797, 64), dtype('uint8'), [1079, 359, 359])
    """
    return Task("softmax", (64,), 10, partial(_draw, resample, binarize), sealed=True)


def _draw(resample: bool, binarize: bool, seed: int) -> Data:
    data = drawn(images()[0], resample, seed)
    return replace(data, x=_black_and_white(), scale=1.0) if binarize else data


def drawn(x: np.ndarray, resample: bool, seed: int) -> Data:
    """The data of a seed. x: the images, in whatever shape a task has them.

    >>> drawn(images()[0].reshape(-1, 8, 8), True, seed=0).x.shape
    (1797, 8, 8)
    """
    _, y, test = images()
    held = sizes(len(y), SHARE, SHARE)[1]
    train, validation = split_sealed(test, len(y), seed if resample else FIXED_SEED, held, y)
    return Data(x, y, train, validation, test, scale=1 / 16)


@cache
def _black_and_white() -> np.ndarray:
    x = (images()[0] >= THRESHOLD).astype(np.uint8)
    x.flags.writeable = False
    return x


@cache
def images() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Images `[1797, 64]`, digits, and which of them test.

    >>> [array.shape for array in images()]
    [(1797, 64), (1797,), (359,)]
    """
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    x, y = np.asarray(pixels).astype(np.uint8), np.asarray(labels).astype(np.int64)
    x.flags.writeable = y.flags.writeable = False  # all trials of a process share them
    return x, y, sealed_part(x, y, SHARE, labels=y)
