"""Before anything trains, one model of each form is put through one batch: what does not fit is reported once."""

import re
import site
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from experiments.errors import RequestError, said, show
from experiments.models.build import settings_used
from experiments.recipes.recipe import recipe_of
from experiments.study import catalog
from experiments.study.study import Study
from experiments.study.trial import Trial, canonical
from experiments.study.types import Level, PlainTable, Settings
from experiments.tasks import Data, Task
from experiments.train.fused.cell import Cells

_MOST = 64  # models that are built for this
_SECONDS = 10.0  # that it takes at most, one model apart; what is not reached tells of itself when it trains
_MOST_LINES = 3  # lines of what does not fit
_NOT_THEIRS = (str(Path(__file__).parents[1]), *site.getsitepackages(), "<")


def check(study: Study, trials: Sequence[Trial], task: Task, data: Data, cells: Cells) -> list[str]:
    """What is to be said of some trials of one task before they train; empty where there is nothing.

    Raises RequestError where no form that was tried can be trained, or none of one level. Where forms are drawn, by a
    search or at random, some may be impossible: their trials fail, and a line says so.
    """
    notes: dict[str, None] = {}
    misfits: dict[str, list[Settings]] = {}  # why → what the models depend on
    fitting: list[Settings] = []
    end = time.monotonic() + _SECONDS
    for trial in pick_one_of_each(study, trials):
        if fitting and time.monotonic() > end:
            break
        try:
            notes |= dict.fromkeys(_check_trial(study, trial, task, data, cells))
        except (MemoryError, SystemExit):
            continue  # memory short now may do later; a model that ends the process is reported in its row
        except Exception as error:  # whatever a user's part raises
            misfits.setdefault(_why(error), []).append(_settings_that_matter(study, trial))
        else:
            fitting.append(_settings_that_matter(study, trial))
    lines = [_line(study, why, some, fitting, alone=len(misfits) == 1) for why, some in misfits.items()]
    lines = lines[:_MOST_LINES] + [f"{len(lines) - _MOST_LINES} more forms do not fit"] * (len(lines) > _MOST_LINES)
    drawn = study.origin is not None or study.design == "random"
    if misfits and (
        not fitting or (not drawn and any(_never_fit(study, misfit, fitting) for misfit in misfits.values()))
    ):
        raise RequestError("\n".join(lines))
    return [*notes, *(f"{line}; its trials fail" for line in lines)]


def pick_one_of_each(study: Study, trials: Sequence[Trial]) -> list[Trial]:
    """A trial of each form that the model's function can give, at most 64: first those with a level not seen before.

    Of our own model kinds, which are known to fit whatever the others are, these are all.
    """
    named = study.model in catalog.MODELS and "model" not in study.objects
    levels: set[str] = set()
    kinds: set[str] = set()
    first: list[Trial] = []
    others: list[Trial] = []
    for trial in trials:
        wanted = _settings_that_matter(study, trial)
        new = {canonical(setting) for setting in wanted.items()} - levels
        kind = canonical(wanted)
        if new or not first:
            first.append(trial)
        elif kind not in kinds and not named:
            others.append(trial)
        levels |= new
        kinds.add(kind)
    return [*first, *others][:_MOST]


def _settings_that_matter(study: Study, trial: Trial) -> PlainTable:
    """The settings of a trial that its model, or a part of the user's own, depends on."""
    there = [name for name in catalog.PARTS if name in ("loss", "optimizer") and name in trial.settings]
    parts_of = {name: trial.settings[name] for name in there if _own(trial.settings[name], name)}
    return settings_used(study, trial) | parts_of


def _own(level: Settings, kind: str) -> bool:
    return level["name"] not in catalog.PARTS[kind]


def _check_trial(study: Study, trial: Trial, task: Task, data: Data, cells: Cells) -> list[str]:
    """What the trial's recipe says of its model; where it stacks of the one that is built for the stack anyway."""
    recipe = recipe_of(study)
    if isinstance(cells.stacking, str):
        return recipe.check(study, trial, task, data, None, alone=True)
    template = cells.template(trial)
    alone = template.refuses is not None  # asked before the model is changed
    return recipe.check(study, trial, task, data, template.body, alone=alone)


def _never_fit(study: Study, misfits: list[Settings], fitting: list[Settings]) -> dict[str, list[Level]]:
    """The levels of misfits that are in no form that fits, by factor."""
    found: dict[str, list[Level]] = {}
    for name in study.factors:
        for level in (settings[name] for settings in misfits if name in settings):
            if level not in found.get(name, []) and all(settings.get(name) != level for settings in fitting):
                found.setdefault(name, []).append(level)
    return found


def _line(study: Study, why: str, misfits: list[Settings], fitting: list[Settings], alone: bool) -> str:
    """What does not fit in one line: the levels that it comes from, where others fit, and why."""
    if alone and not fitting:
        return f"model {study.model}: {why}"
    levels = _never_fit(study, misfits, fitting)
    levels = levels or {name: [misfits[0][name]] for name in study.factors if name in misfits[0]}
    settings = ", ".join(f"{name} = {' or '.join(map(show, some))}" for name, some in levels.items())
    return f"model {study.model} with {settings}: {why}"


def _why(error: Exception) -> str:
    """An error in one line; of one that is not ours, its kind and the user's line that it came from."""
    if isinstance(error, RequestError):
        return " ".join(str(error).split())
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(_NOT_THEIRS)
    ]
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    text = re.sub(r"\x1b\[\d*m", "", said(error)).split("Arguments received by")[0]  # of Keras' own
    return text.strip()[:400] + place
