"""Mixtures of round Gaussians in the plane, without labels: what a generator should cover, mode by mode."""

from functools import partial

import numpy as np

from experiments.study.seeds import stream
from experiments.tasks.split import split
from experiments.tasks.task import Data, Modes, Task

RADIUS = 2.0  # of the ring
APART = 2.0  # neighbours of the grid


def ring(*, n: int = 2000, spread: float = 0.02) -> Task:
    """Eight Gaussians on a circle of radius 2, in equal numbers. x `[n, 2]` float32; y `[n, 1]`, zeros.

    n: how many points. spread: a Gaussian's standard deviation, above 0. `Task.modes` has the centres. Points and
    split are drawn by the seed; 60 % train, 20 % validate, 20 % test, every mode in its share.

    Source: Metz and others 2017, "Unrolled generative adversarial networks".

    >>> task = ring()
    >>> task.modes.centres.shape, task.draw(0).x.shape
    ((8, 2), (2000, 2))
    """
    angle = 2 * np.pi * np.arange(8) / 8
    return _task("ring", RADIUS * np.stack([np.cos(angle), np.sin(angle)], axis=1), n, spread)


def grid25(*, n: int = 2500, spread: float = 0.05) -> Task:
    """25 Gaussians on a square grid from −4 to 4, 2 apart, in equal numbers. x `[n, 2]` float32; y `[n, 1]`, zeros.

    n: how many points. spread: a Gaussian's standard deviation, above 0. `Task.modes` has the centres. Points and
    split are drawn by the seed; 60 % train, 20 % validate, 20 % test, every mode in its share.

    Source: Srivastava and others 2017, "VEEGAN: reducing mode collapse in GANs using implicit variational learning".

    >>> task = grid25()
    >>> task.modes.centres[0].tolist(), len(task.modes.centres)
    ([-4.0, -4.0], 25)
    """
    steps = APART * np.arange(-2, 3)
    return _task("grid25", np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2), n, spread)


def _task(name: str, centres: np.ndarray, n: int, spread: float) -> Task:
    draw = partial(_draw, name, centres, n, spread)
    metrics = ("modes_covered", "high_quality", "earth_mover_distance")
    return Task("generated", (2,), 1, draw, metrics, modes=Modes(centres, spread), labelled=False)


def _draw(name: str, centres: np.ndarray, n: int, spread: float, seed: int) -> Data:
    generator = np.random.default_rng(stream(seed, name, "examples"))
    mode = generator.permutation(np.arange(n) % len(centres))
    x = centres[mode] + spread * generator.standard_normal((n, 2))
    return Data(x.astype(np.float32), np.zeros((n, 1), np.float32), *split(n, seed, labels=mode))
