"""Stacking rules of losses: how a loss computes with the axes of seeds and cells."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import keras
import numpy as np
from keras import ops

from custom.types import Tensor
from experiments.recipes.leading_axes import BATCH, LEADING, pass_through
from experiments.recipes.registry import Registry, never
from experiments.recipes.stacking import StackedLoss
from experiments.recipes.supervised.objective import Objective, Together, objective
from experiments.study import catalog
from experiments.study.imports import load
from experiments.study.types import KerasPart, Settings
from experiments.tasks import Task
from experiments.tasks.several import places


def _as_it_is(loss: Callable[[Tensor, Tensor], Tensor], y: Tensor, predictions: Tensor) -> Tensor:
    return loss(y, predictions)


@dataclass(frozen=True)
class LossRule:
    """How a loss computes with the axes of seeds and cells.

    call: (loss, targets, predictions) → the loss of every example, `[seeds, cells, batch]`. loss: the function of
        (targets, predictions) with its settings. Both are `[seeds, cells, batch, outputs]`; whole numbers of classes
        are `[seeds, cells, batch]`. By default the loss's own call, which lets leading axes pass.
    of_batch: whether an example's loss depends on the others of its batch.
    refuses: the class or function of a loss → why it can't be stacked, or None.
    """

    call: Callable[[Callable[[Tensor, Tensor], Tensor], Tensor, Tensor], Tensor] = _as_it_is
    of_batch: bool = False
    refuses: Callable[[KerasPart], str | None] = never


_OURS = [load(part.target) for part in catalog.LOSSES.values() if part.target]
_OF_CLASSES = [keras.losses.BinaryCrossentropy, keras.losses.Hinge]  # which stand for others at a sigmoid head
_MIXES = "does not give one number per example, or fails on more axes"
LOSSES = Registry(LossRule, dict.fromkeys([*_OURS, *_OF_CLASSES], LossRule()))


def stacked_loss(level: Settings, found: Objective) -> StackedLoss:
    """The loss of a level as a stack computes it.

    One that has no rule is tried with numbers: where leading axes pass, it computes as it is.
    """
    rule = LOSSES.rule_of(found.part)
    told = f"the loss {level['name']}"
    if rule is None:
        why = None if _passes(found) else f"{LOSSES.refuses(found.part, told)}, and {_MIXES}"
        return StackedLoss(found.call, level, why)
    function = partial(rule.call, found.function)
    stacked = Objective(function, found.form, found.head, found.outputs, found.probabilities, found.part)
    return StackedLoss(stacked.call, level, LOSSES.refuses(found.part, told), rule.of_batch)


def stacked_loss_of(level: Settings, task: Task, folder: str | None = None) -> StackedLoss:
    """The same for a task: of several outputs the sum of their losses, each times its weight."""
    if not task.several:
        return stacked_loss(level, objective(level, task.head, task.outputs, folder))
    outputs = places(task.several)
    parts = [
        stacked_loss(level[output.name], objective(level[output.name], output.head, output.outputs, folder))
        for output in outputs
    ]
    together = Together(
        [(output, level["weights"][output.name], part.call) for output, part in zip(outputs, parts, strict=True)]
    )
    why = next((part.refuses for part in parts if part.refuses), None)
    return StackedLoss(together.call, level, why, any(part.of_batch for part in parts))


def _passes(loss: Objective) -> bool:
    """Whether a loss of a stack is the stack of losses, an example each."""
    generator = np.random.default_rng(0)
    z = generator.normal(size=(*LEADING, BATCH, loss.outputs)).astype("float32")
    classes, bits = catalog.HEADS[loss.head].classes(loss.outputs), catalog.HEADS[loss.head].link == "sigmoid"
    of_outputs = generator.integers(2, size=z.shape) if bits else generator.normal(size=z.shape)
    y = generator.integers(classes, size=z.shape[:-1]) if classes else of_outputs.astype("float32")

    def given(y: np.ndarray, z: np.ndarray) -> np.ndarray:
        return np.asarray(ops.convert_to_numpy(loss.call(*map(ops.convert_to_tensor, (y, z)))))

    return pass_through(given, y, z, rank=3)
