"""One model put through one batch before anything trains: outputs, loss, optimizer, and where needed a step."""

from dataclasses import replace

import keras
import numpy as np

from experiments.errors import RequestError
from experiments.models import parts
from experiments.models.build import settings_used
from experiments.recipes.batches import Batches, examples
from experiments.recipes.one_epoch import train_once, with_loss
from experiments.recipes.supervised.head import Head
from experiments.recipes.supervised.objective import Loss, objective_of
from experiments.recipes.supervised.overrides import compile_as_asked, overridden
from experiments.recipes.supervised.several import Heads
from experiments.study import catalog
from experiments.study.study import Study
from experiments.study.trial import Trial
from experiments.study.types import KerasPart
from experiments.tasks import Data, Task

_BATCH = 32
_RATES = {"learning_rate", "optimizer", "schedule", "global_clipnorm"}


def check(study: Study, trial: Trial, task: Task, data: Data, head: Head | Heads, *, alone: bool) -> list[str]:
    """What is to be said of a model; empty where there is nothing. Raises whatever does not fit.

    head: the untrained model. alone: whether it trains by itself, by its own steps.
    """
    settings = trial.settings
    x, y = examples(data, data.train[:_BATCH])
    passed_over = _passed_over(study, trial, head.model)
    given = keras.ops.convert_to_numpy(head.check(x))
    if not np.isfinite(given.astype(np.float64)).all():
        raise RequestError(
            f"the model gives NaN or infinity before it is trained, for the first {len(x)} training examples"
        )
    list(head.raw.losses)  # of regularizers
    loss = objective_of(settings["loss"], task, study.folder, head.ends == "probabilities")
    if settings["loss"]["name"] not in catalog.LOSSES:
        loss(y, given)
    optimizer = parts.optimizer(settings["optimizer"], settings["learning_rate"], study.folder)
    return passed_over + (_stepped(study, head.raw, loss, optimizer, data, x, y) if alone else [])


def _passed_over(study: Study, trial: Trial, model: keras.Model) -> list[str]:
    """A line where a model comes compiled, and the study has an optimizer or a loss of its own."""
    known = {*(study.compiled or ()), *settings_used(study, trial)}
    own = [name for name in ("optimizer", "learning_rate", "loss") if name not in known]
    if not getattr(model, "compiled", False) or not own:
        return []
    return [f"{study.name}: {study.model} compiles its model, but the study sets {', '.join(own)}"]


def _stepped(
    study: Study, model: keras.Model, loss: Loss, optimizer: KerasPart, data: Data, x: KerasPart, y: KerasPart
) -> list[str]:
    """Train a model on one batch, step by step, as the serial trainer does."""
    calls: list[int] = []
    function = loss.function
    loss.function = lambda *given: (calls.append(1), function(*given))[1]
    compile_as_asked(model, optimizer, loss, 1)
    own = f"the class {type(model).__name__} overrides {', '.join(overridden(model))}"
    train_once(model, Batches(replace(data, train=data.train[:_BATCH]), 0, _BATCH), own)
    with_loss(model.test_on_batch(x, y, return_dict=True), "test", own)
    unused = [] if calls else ["loss"]
    unused += sorted(_RATES) if model.trainable_variables and not int(optimizer.iterations) else []
    if varied := [name for name in unused if name in study.factors]:
        raise RequestError(
            f"{own}, and does not use the study's {varied[0]}, so the factor {varied[0]} changes nothing"
        )
    told = " or ".join(name for name in ("loss", "optimizer") if name in unused)
    return [f"{study.name}: {own}, and does not use the study's {told}"] if told else []
