"""The handwritten digits as sequences: a step is a row of eight pixels."""

from functools import partial

from experiments.tasks.digits import drawn, images
from experiments.tasks.task import Data, Task


def row_digits(*, resample: bool = True) -> Task:
    """The images of the task `digits`, read from the top row by row: x `[1797, 8, 8]` uint8; y `[1797]`, 0–9.

    An example is `[steps, pixels]`. Scale, split and `resample` are those of `digits`.

    Source: as `digits`; images read row by row by Le, Jaitly and Hinton 2015, "A simple way to initialize recurrent
    networks of rectified linear units", there pixel by pixel.

    >>> row_digits().input_shape, row_digits().draw(0).x.shape
    ((8, 8), (1797, 8, 8))
    """
    return Task("softmax", (8, 8), 10, partial(_draw, resample), sealed=True)


def _draw(resample: bool, seed: int) -> Data:
    return drawn(images()[0].reshape(-1, 8, 8), resample, seed)
