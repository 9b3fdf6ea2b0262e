"""What a function costs, forward and backward, as a ratio to another measured beside it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import keras
import numpy as np
from keras import ops

from custom.types import Tensor
from experiments.gallery.entry import Entry
from experiments.gallery.gradients import compile_function, value_and_gradient

ROUNDS, REPEATS = 31, 6
ROWS, COLUMNS = 65_536, 16  # a million numbers: the work outweighs the call


@dataclass(frozen=True)
class Cost:
    """A time over that of the reference: the middle of all rounds and their quartiles.

    >>> str(Cost(1.371, 1.168, 1.564))
    '1.37 (1.17 to 1.56)'
    """

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.quartiles})"

    @property
    def quartiles(self) -> str:
        """From the lower one to the upper one."""
        return f"{self.low:.2f} to {self.high:.2f}"


def _normal(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype("float32")


def _tensors() -> tuple[np.ndarray, np.ndarray]:
    labels, x = _normal(2, ROWS, COLUMNS)
    return labels, x


def _classes() -> tuple[np.ndarray, np.ndarray]:
    scores, draws = _normal(2, ROWS, COLUMNS)
    shares = np.exp(draws)
    return np.eye(COLUMNS, dtype="float32")[scores.argmax(axis=1)], shares / shares.sum(axis=1, keepdims=True)


def _scores() -> tuple[np.ndarray, np.ndarray]:
    draws, scores = _normal(2, ROWS, COLUMNS)
    return (draws > 0).astype("float32"), scores


# name → labels and what is differentiated by; of an activation the labels weigh its outputs
INPUTS = {"tensors": _tensors, "errors": _tensors, "classes": _classes, "scores": _scores}


def runner(entry: Entry, inputs: str) -> Callable[[], object]:
    """A call that computes an entry's total and its gradient, compiled, and waits until both are there."""
    labels, x = map(ops.convert_to_tensor, INPUTS[inputs]())

    def total(labels: Tensor, x: Tensor) -> Tensor:
        if inputs == "tensors":
            return ops.sum(entry.timed(x) * labels)
        return ops.mean(entry.timed(labels, x))

    def gradient_step(labels: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
        return value_and_gradient(lambda point: total(labels, point), x)

    step = compile_function(gradient_step)

    def run() -> object:
        value, gradient = step(labels, x)
        float(value)
        return gradient.block_until_ready() if keras.backend.backend() == "jax" else gradient

    return run


def measure_costs(
    runners: Mapping[str, Callable[[], object]],
    reference: str,
    *,
    rounds: int = ROUNDS,
    repeats: int = REPEATS,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, Cost]:
    """The cost of each runner, by its title.

    In every round all take a turn, in an order drawn anew, and the fastest of their repeated calls counts; the
    reference takes two: its own ratio tells how far two measurements of the same thing lie apart.
    """
    turns = [*runners, ""]
    generator = np.random.default_rng(0)
    for run in runners.values():
        run()
    ratios: dict[str, list[float]] = {title: [] for title in runners}
    for _ in range(rounds):
        took = {}
        for place in generator.permutation(len(turns)):
            run = runners[turns[place] or reference]
            took[turns[place]] = min(_seconds(run, clock) for _ in range(repeats))
        for title, measured in ratios.items():
            measured.append(took[title] / took[""])
    return {title: Cost(*np.quantile(measured, [0.5, 0.25, 0.75]).tolist()) for title, measured in ratios.items()}


def _seconds(run: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    run()
    return clock() - start
