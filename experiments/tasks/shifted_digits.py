"""The handwritten digits, each somewhere else in a larger frame: what is where matters no more."""

from functools import lru_cache, partial

import numpy as np

from experiments.errors import RequestError
from experiments.study.seeds import stream
from experiments.tasks.digits import drawn, images
from experiments.tasks.split import FIXED_SEED
from experiments.tasks.task import Data, Task

SIDE = 8  # of a digit, in pixels


def shifted_digits(*, size: int = 16, shift: int = 4, resample: bool = True) -> Task:
    """The images of the task `digits` in an empty frame: x `[1797, size, size]` uint8; y `[1797]`, 0–9.

    size: the frame's side in pixels, 8 or more. shift: how far a digit lies from the middle at most, in pixels across
    and down, each uniform and independent; 0 to (size − 8) / 2. The places are the same for every seed, and a larger
    shift moves each digit further on its way. Scale, split and `resample` are those of `digits`; the same 359 digits
    test.

    Raises RequestError where a digit would leave the frame.

    Source: as `digits`; shifted in this way by Mnih and others 2014, "Recurrent models of visual attention"
    (translated MNIST).

    >>> data = shifted_digits(size=12, shift=2).draw(0)
    >>> data.x.shape, bool((data.x.sum(axis=(1, 2)) == images()[0].sum(axis=1)).all())
    ((1797, 12, 12), True)
    """
    most = (size - SIDE) // 2
    if not 0 <= shift <= most:
        raise RequestError(f"shift: got {shift} in a frame of {size}, allowed are whole numbers from 0 to {most}")
    return Task("softmax", (size, size), 10, partial(_draw, size, shift, resample), sealed=True)


def _draw(size: int, shift: int, resample: bool, seed: int) -> Data:
    return drawn(_framed(size, shift), resample, seed)


@lru_cache(maxsize=4)
def _framed(size: int, shift: int) -> np.ndarray:
    digits = images()[0].reshape(-1, SIDE, SIDE)
    generator = np.random.default_rng(stream(FIXED_SEED, "shifted_digits", "places"))
    moved = np.floor(generator.random((len(digits), 2)) * (2 * shift + 1)).astype(int) - shift
    top, left = (np.arange(SIDE) + (size - SIDE) // 2 + moved[:, axis, None] for axis in (0, 1))
    framed = np.zeros((len(digits), size, size), np.uint8)
    framed[np.arange(len(digits))[:, None, None], top[:, :, None], left[:, None, :]] = digits
    framed.flags.writeable = False  # all trials of a process share it
    return framed
