"""The handwritten digits to be given back pixel by pixel, as numbers from 0 to 1: cross-entropy fits them too."""

from dataclasses import replace
from functools import partial

import numpy as np

from experiments.study import catalog
from experiments.tasks.digits import digits
from experiments.tasks.task import Data, Draw, Task


def digit_pixels(*, resample: bool = True, binarize: bool = False) -> Task:
    """The images of the task `digits`, each its own target: x `[1797, 64]` uint8; y `[1797, 64]` float32, 0 to 1.

    Outputs end in sigmoids, so that squared error and binary cross-entropy can be compared. Split, `resample` and
    `binarize` (pixels are 0 or 1) are those of `digits`.

    Source: as `digits`.

    >>> task = digit_pixels(binarize=True)
    >>> task.head, task.outputs, np.unique(task.draw(0).y).tolist()
    ('fractions', 64, [0.0, 1.0])
    """
    draw = partial(_draw, digits(resample=resample, binarize=binarize).draw)
    metrics = catalog.HEADS["fractions"].metrics
    return Task("fractions", (64,), 64, draw, metrics, sealed=True)


def _draw(draw: Draw, seed: int) -> Data:
    data = draw(seed)
    return replace(data, y=(data.x * data.scale).astype(np.float32))
