"""How trials of a recipe are trained as one program: what a stack asks of it.

A stack trains seeds by cells, each pair of which is a trial. Every tensor has these two axes in front, and nothing may
cross them: what one trial computes must not depend on another.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import keras
import numpy as np

from custom.types import Tensor
from experiments.recipes.turns import Turns
from experiments.study.types import Plain, Settings
from experiments.tasks import Data

PerExample = Callable[[Tensor, Tensor], Tensor]


class Body(Protocol):
    """An untrained model as a stack computes it.

    model: as it was built. raw: a functional Keras model of one input, with layers and weights of `model`, whose
        layers are stacked. What it gives are the *outputs* that losses and metrics take.
    networks: of a model whose networks learn in turns, those that take part in turns, by name: functional models of
        layers of `raw`; empty for any other.
    refuses: why it can't be stacked, as far as the recipe sees, or None. Whether its layers can is found out apart.
    """

    model: keras.Model
    raw: keras.Model

    @property
    def networks(self) -> Mapping[str, keras.Model]: ...
    @property
    def refuses(self) -> str | None: ...

    def finished(self) -> keras.Model:
        """The model with its weights as they are now, as it is saved; the same that `Trainable.finished` gives."""
        ...


@dataclass(frozen=True)
class StackedLoss:
    """A loss as a stack computes it.

    call: (targets `[seeds, cells, batch, …]`, outputs `[seeds, cells, batch, outputs]`) → the loss of every example,
        `[seeds, cells, batch]`. Its mean over a batch is what the serial trainer minimizes, less penalties.
    key: JSON values that tell it apart: cells whose keys are equal share one call.
    refuses: why it can't be stacked, or None.
    numbers: what may be another number for every cell, by name, beside those of layers and optimizer.
    turns: where networks learn in turns how they do; then `call` is never called, and only cells of one key are
        stacked.
    of_batch: whether an example's loss depends on the others of its batch. Then examples are evaluated together as
        the serial trainer does it, `CHUNK` at a time.
    """

    call: PerExample
    key: Plain
    refuses: str | None = None
    of_batch: bool = False
    numbers: Mapping[str, float] = field(default_factory=dict)
    turns: Turns | None = None


class Stacking(Protocol):
    """What a recipe does for all trials of a stack at once, as its `Trainable` does for one.

    metrics: those metrics of the task that are means over examples, by name: (targets, outputs) as for a loss → the
        value of every example, `[seeds, cells, batch]`.
    right: the name of the one among them that is 1 for an example that came out right and 0 for another, or None.
    """

    metrics: Mapping[str, PerExample]
    right: str | None

    def body(self, model: keras.Model, settings: Settings) -> Body:
        """A built model as a stack computes it. Raises RequestError where the model does not fit the task.

        settings: of its trial.
        """
        ...

    def loss(self, settings: Settings) -> StackedLoss:
        """The loss of a cell. settings: of its trials."""
        ...

    def scores(
        self, data: Data, index: np.ndarray, outputs: np.ndarray, weights: Callable[[], list[np.ndarray]]
    ) -> dict[str, float]:
        """The other metrics of the task, of one trial; empty where there are none.

        data: of its seed. index: whole numbers, the examples' places in the data. outputs: of these examples,
        `[examples, outputs]`, float64. weights: gives the trial's, layer by layer, as Keras has them.
        """
        ...
