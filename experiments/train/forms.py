"""Before anything trains, one model of each form is put through one batch: what does not fit is told once."""

import re
import site
import time
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from experiments.errors import RequestError, said, show
from experiments.models import parts
from experiments.models.build import settings_used
from experiments.recipes.batches import Batches, examples
from experiments.recipes.supervised.objective import Objective, objective
from experiments.recipes.supervised.overrides import compile_as_asked, overridden
from experiments.study import catalog
from experiments.study.study import Study
from experiments.study.trial import Trial, canonical
from experiments.tasks import Data, Task
from experiments.train.fused.cell import Cells
from experiments.train.fused.template import Template

_MOST = 64  # models that are built for this
_SECONDS = 10.0  # that it takes at most, one model apart; what is not reached tells of itself when it trains
_BATCH = 32
_TOLD = 3  # lines of what does not fit
_NOT_THEIRS = (str(Path(__file__).parents[1]), *site.getsitepackages(), "<")
_RATES = {"learning_rate", "optimizer", "schedule", "global_clipnorm"}


def check(study: Study, trials: Sequence[Trial], task: Task, data: Data, cells: Cells) -> list[str]:
    """What is to be said of some trials of one task before they train; empty where there is nothing.

    Raises RequestError where no form that was tried can be trained, or none of one level. Where forms are drawn, by a
    search or at random, some may be impossible: their trials fail, and a line says so.
    """
    batch = examples(data, data.train[:_BATCH])
    notes: dict[str, None] = {}
    misfits: dict[str, list[dict[str, Any]]] = {}  # why → what the models depend on
    fitting: list[dict[str, Any]] = []
    end = time.monotonic() + _SECONDS
    for trial in one_of_each(study, trials):
        if fitting and time.monotonic() > end:
            break
        try:
            notes |= dict.fromkeys(_tried(study, trial, task, data, cells.template(trial), *batch))
        except (MemoryError, SystemExit):
            continue  # what is short now may not be when it trains; who ends the process is told of by its row
        except Exception as error:  # whatever a user's part raises
            misfits.setdefault(_why(error), []).append(_wanted(study, trial))
        else:
            fitting.append(_wanted(study, trial))
    told = [_line(study, why, some, fitting, alone=len(misfits) == 1) for why, some in misfits.items()]
    told = told[:_TOLD] + [f"{len(told) - _TOLD} more forms do not fit"] * (len(told) > _TOLD)
    drawn = study.origin is not None or study.design == "random"
    if misfits and (not fitting or (not drawn and any(_never_fit(study, one, fitting) for one in misfits.values()))):
        raise RequestError("\n".join(told))
    return [*notes, *(f"{line}; its trials fail" for line in told)]


def one_of_each(study: Study, trials: Sequence[Trial]) -> list[Trial]:
    """A trial of each form that the model's function can give, at most 64: first those with a level not seen before.

    Of our own model kinds, which are known to fit whatever the others are, these are all.
    """
    named = study.model in catalog.MODELS and "model" not in study.objects
    levels: set[str] = set()
    kinds: set[str] = set()
    first: list[Trial] = []
    others: list[Trial] = []
    for trial in trials:
        wanted = _wanted(study, trial)
        new = {canonical(one) for one in wanted.items()} - levels
        kind = canonical(wanted)
        if new or not first:
            first.append(trial)
        elif kind not in kinds and not named:
            others.append(trial)
        levels |= new
        kinds.add(kind)
    return [*first, *others][:_MOST]


def _wanted(study: Study, trial: Trial) -> dict[str, Any]:
    """The settings of a trial that its model, or a part of the user's own, depends on."""
    parts_of = {name: trial.settings[name] for name in ("loss", "optimizer") if _own(trial.settings[name], name)}
    return settings_used(study, trial) | parts_of


def _own(level: dict[str, Any], kind: str) -> bool:
    return level["name"] not in catalog.PARTS[kind]


def _tried(study: Study, trial: Trial, task: Task, data: Data, template: Template, x: Any, y: Any) -> list[str]:
    """Put one model through one batch; what is to be said of it. Raises whatever does not fit."""
    head, settings = template.head, trial.settings
    passed_over = _passed_over(study, trial, head.model)
    stacks = template.refuses is None  # before the model is changed
    given = keras.ops.convert_to_numpy(head.check(x))
    if not np.isfinite(given.astype(np.float64)).all():
        raise RequestError(
            f"the model gives NaN or infinity before it is trained, for the first {len(x)} training examples"
        )
    list(head.raw.losses)  # of regularizers
    loss = objective(settings["loss"], task.head, task.outputs, study.folder, head.ends == "probabilities")
    if _own(settings["loss"], "loss"):
        loss(y, given)
    optimizer = parts.optimizer(settings["optimizer"], settings["learning_rate"], study.folder)
    return passed_over + ([] if stacks else _stepped(study, head.raw, loss, optimizer, data, x, y))


def _passed_over(study: Study, trial: Trial, model: keras.Model) -> list[str]:
    """A line where a model comes compiled, and the study has an optimizer or a loss of its own."""
    known = {*(study.compiled or ()), *settings_used(study, trial)}
    own = [name for name in ("optimizer", "learning_rate", "loss") if name not in known]
    if not getattr(model, "compiled", False) or not own:
        return []
    return [f"{study.name}: {study.model} compiles its model, but the study sets {', '.join(own)}"]


class _Heard(keras.callbacks.Callback):
    """Keeps what `fit` tells after an epoch."""

    logs: dict[str, Any] | None = None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keep it."""
        self.logs = logs or {}


def _stepped(
    study: Study, model: keras.Model, loss: Objective, optimizer: Any, data: Data, x: Any, y: Any
) -> list[str]:
    """Train a model on one batch, step by step, as the serial trainer does."""
    calls: list[int] = []
    function = loss.function
    loss.function = lambda *given: (calls.append(1), function(*given))[1]
    compile_as_asked(model, optimizer, loss, 1)
    model.run_eagerly, model.jit_compile = True, False  # compiling would take longer than all the rest
    heard = _Heard()
    few = replace(data, train=data.train[:_BATCH])
    model.fit(Batches(few, 0, _BATCH), epochs=1, shuffle=False, verbose=0, callbacks=[heard])
    own = f"the class {type(model).__name__} overrides {', '.join(overridden(model))}"
    if heard.logs is None:
        raise RequestError(f"{own}, and does not call the callbacks given to fit")
    for name, logs in (("train", heard.logs), ("test", model.test_on_batch(x, y, return_dict=True))):
        if not isinstance(logs, dict) or "loss" not in logs:
            raise RequestError(f"{own}, and what a {name} step returns has no loss: got {sorted(logs)}")
    unused = [] if calls else ["loss"]
    unused += sorted(_RATES) if model.trainable_variables and not int(optimizer.iterations) else []
    if varied := [name for name in unused if name in study.factors]:
        raise RequestError(
            f"{own}, and does not use the study's {varied[0]}, so the factor {varied[0]} changes nothing"
        )
    told = " or ".join(name for name in ("loss", "optimizer") if name in unused)
    return [f"{study.name}: {own}, and does not use the study's {told}"] if told else []


def _never_fit(study: Study, misfits: list[dict[str, Any]], fitting: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """The levels of misfits that are in no form that fits, by factor."""
    found: dict[str, list[Any]] = {}
    for name in study.factors:
        for level in (settings[name] for settings in misfits if name in settings):
            if level not in found.get(name, []) and all(settings.get(name) != level for settings in fitting):
                found.setdefault(name, []).append(level)
    return found


def _line(study: Study, why: str, misfits: list[dict[str, Any]], fitting: list[dict[str, Any]], alone: bool) -> str:
    """What does not fit in one line: the levels that it comes from, where others fit, and why."""
    if alone and not fitting:
        return f"model {study.model}: {why}"
    levels = _never_fit(study, misfits, fitting)
    levels = levels or {name: [misfits[0][name]] for name in study.factors if name in misfits[0]}
    told = ", ".join(f"{name} = {' or '.join(map(show, some))}" for name, some in levels.items())
    return f"model {study.model} with {told}: {why}"


def _why(error: Exception) -> str:
    """An error in one line; of one that is not ours, its kind and the user's line that it came from."""
    if isinstance(error, RequestError):
        return " ".join(str(error).split())
    frames = [one for one in traceback.extract_tb(error.__traceback__) if not one.filename.startswith(_NOT_THEIRS)]
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    text = re.sub(r"\x1b\[\d*m", "", said(error)).split("Arguments received by")[0]  # of Keras' own
    return text.strip()[:400] + place
