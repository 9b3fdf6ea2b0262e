"""Several networks that learn in turns, as a stack trains them: what a recipe says of a step and of a score.

A stack trains seeds by cells, each pair of which is a trial; every tensor has these two axes in front.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import keras
import numpy as np

from custom.types import Tensor
from experiments.study.trial import Trial
from experiments.tasks import Data

Number = Callable[[str], Tensor | float]  # name → a float, or a tensor `[cells]`
Run = Callable[[str, np.ndarray], np.ndarray]  # (network, inputs `[seeds, cells or 1, examples, …]`) → its outputs


class Play(Protocol):
    """The networks of a stack in training, with their weights as they are now."""

    def __call__(self, network: str, x: Tensor) -> Tensor:
        """What a network gives for `[seeds, cells or 1, batch, …]`, in training."""
        ...

    def slope(self, network: str, x: Tensor) -> Tensor:
        """The gradient of each example's output in the example; it can be differentiated in turn."""
        ...


@dataclass(frozen=True)
class Turn:
    """One step of one network's optimizer.

    network: its name among `Body.networks`. loss: play → the loss of every trial, `[seeds, cells]`, without penalties
    of weights. rate: the name of the number that is its learning rate. limit: that of the number to whose size its
    weights are clipped afterwards, or None. logged: whether its loss is part of the training loss, the mean of those
    that are.
    """

    network: str
    loss: Callable[[Play], Tensor]
    rate: str = "learning_rate"
    limit: str | None = None
    logged: bool = False


@dataclass(frozen=True)
class Draw:
    """Random numbers that a step draws from the model's generator of random numbers, one call of it.

    kind: of its numbers. shape: the networks by name → the shape of what is drawn for an example.
    """

    kind: Literal["normal", "uniform"]
    shape: Callable[[Mapping[str, keras.Model]], tuple[int, ...]]


class Turns(Protocol):
    """How the networks of one model learn in turns.

    parts: into how many parts of the study's batch size the batch of a step is cut; draws are as large as a part.
    draws: what a step draws, in order.
    """

    parts: int
    draws: tuple[Draw, ...]

    def state(self, trial: Trial) -> np.ndarray:
        """The state of the generator of random numbers of a trial's model before training."""
        ...

    def step(self, real: Tensor, drawn: Sequence[Tensor], number: Number) -> list[Turn]:
        """The turns of a step.

        real: the batch, `[seeds, 1, batch, …]`. drawn: one tensor for each of `draws`, `[seeds, 1, part, …]`.
        """
        ...

    def evaluate(
        self, run: Run, networks: Mapping[str, keras.Model], members: Sequence[tuple[int, Data, np.ndarray]]
    ) -> Mapping[str, np.ndarray]:
        """`loss` and every metric of every trial, `[seeds, cells]`.

        run: gives what a network computes now, without training. networks: for their shapes. members: of every seed
        its number, its data, and the places of the examples that are held against.
        """
        ...
