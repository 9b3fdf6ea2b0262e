"""A model that its function compiles, as a study has it: optimizer, learning rate, loss and metrics as settings."""

import re
from collections.abc import Collection, Iterable
from contextlib import suppress

import keras
import numpy as np

from custom.keras_internals import compile_option, learning_rate_of, operation_of
from experiments.errors import RequestError
from experiments.models.build import build, settings_used
from experiments.models.global_state import keep_randomness
from experiments.recipes.supervised import ends
from experiments.study import catalog, imports
from experiments.study.scorer import read_metrics
from experiments.study.study import Study
from experiments.study.trial import canonical
from experiments.study.types import OwnPart, Plain, PlainTable, Settings
from experiments.tasks import Task
from experiments.tune import compiled_model
from experiments.tune.compiled_model import CannotStack

_RATES = ("optimizer", "learning_rate", "schedule")
_MOST = 64  # models that are built to see whether all are compiled alike
_CLASSES = {
    "KLDivergence": "kl_divergence", "CategoricalHinge": "hinge", "MeanSquaredError": "mean_squared_error",
    "MeanAbsoluteError": "mean_absolute_error",
}  # fmt: skip
_OPTIONS = ("name", "dtype", "reduction", "from_logits", "axis")  # of a loss, that need no setting


def read_settings(study: Study, task: Task, named: Collection[str]) -> PlainTable:
    """What a study takes from the model that its function compiles: settings as a study file has them.

    named: what the study itself names or varies, which wins. Empty where the function compiles no model, or gives
    none: that is told when the study runs.

    Raises RequestError for what can't be taken, by its name, and where a factor changes what is compiled.
    """
    if task.several:
        return {}  # a study has a loss for each of them
    first = _read_compiled(study, task, study.cells[0], named)
    if first is None:
        return {}
    for name, cell in _changed_cells(study):
        other = _read_compiled(study, task, cell, named)
        if other is not None and (
            differing := [key for key in first if _describe(first[key]) != _describe(other.get(key))]
        ):
            raise RequestError(
                f"factors {name}: {study.model} compiles its model with a different {differing[0]} at each level; "
                f"make {differing[0]} the factor, or name {differing[0]} in the study"
            )
    return first


def _describe(setting: OwnPart) -> str:
    """A setting as it can be compared: metrics by their names."""
    names = (
        [part if isinstance(part, str) else _name(part) for part in setting] if isinstance(setting, list) else setting
    )
    return canonical([re.sub(r"_\d+$", "", name) for name in names] if isinstance(setting, list) else names)


def _changed_cells(study: Study) -> Iterable[tuple[str, PlainTable]]:
    """Cells in which one factor that the model's function asks for has another level than in the first."""
    cell = study.cells[0]
    asks = settings_used(study, study.trial(cell, 0))
    found = [
        (name, cell | {name: level})
        for name, levels in study.factors.items()
        if name in asks and name not in catalog.TRAINING
        for level in (levels if isinstance(levels, list) else [levels["min"], levels["max"]])
        if level != cell[name]
    ]
    return found[:_MOST]


def _read_compiled(study: Study, task: Task, cell: Settings, named: Collection[str]) -> PlainTable | None:
    with keep_randomness():
        try:
            model = build(study, study.trial(cell, 0), task)
        except Exception:  # whatever a user's function raises is told before training, with the level that it is of
            return None
        if not getattr(model, "compiled", False):
            return None
        return _settings(model, task, named)


def _settings(model: keras.Model, task: Task, named: Collection[str]) -> PlainTable:
    for option in ("loss_weights", "weighted_metrics"):
        if compiled_model.is_given(model, option):
            raise RequestError(f"build: compiles its model with {option}, which a study does not have; leave it out")
    found: PlainTable = {}
    if model.optimizer is not None and not {*_RATES} & {*named}:
        found |= _optimizer(model.optimizer)
    elif model.optimizer is not None and "optimizer" not in named:
        found["optimizer"] = _optimizer(model.optimizer, rate=False)["optimizer"]
    if model.loss is not None and "loss" not in named:
        found["loss"] = _loss(model, task)
    if "metrics" not in named and (metrics := _metrics(model, task)):
        found["metrics"] = metrics
    return found


def _optimizer(given: keras.optimizers.Optimizer, rate: bool = True) -> PlainTable:
    """The levels of an optimizer and its learning rate."""
    given = getattr(given, "inner_optimizer", given)  # of mixed precision, which the study sees to itself
    kind, config = type(given), given.get_config()
    if rate and isinstance(learning_rate_of(given), keras.optimizers.schedules.LearningRateSchedule):
        schedule = type(learning_rate_of(given)).__name__
        raise RequestError(
            f"build: compiles its model with the learning-rate schedule {schedule}, over steps of its own; "
            "name learning_rate and schedule in the study"
        )
    at = {"learning_rate": float(str(np.float32(given.learning_rate)))} if rate else {}
    usual = kind(learning_rate=0.1).get_config()
    changed = {key for key, value in config.items() if usual.get(key, value) != value} - {"name", "learning_rate"}
    for name, part in catalog.OPTIMIZERS.items():
        if imports.load(part.target) is kind and changed <= {*part.settings}:
            return at | {"optimizer": {"name": name, **{key: config[key] for key in part.settings if key in config}}}
    return at | {"optimizer": {"name": _target("optimizer", kind), **{key: config[key] for key in sorted(changed)}}}


def _loss(model: keras.Model, task: Task) -> PlainTable:
    """The level of a loss, which a study computes from raw scores or probabilities, whichever it needs."""
    given = model.loss
    if isinstance(given, (list, tuple, dict)):
        several = list(given.values()) if isinstance(given, dict) else list(given)
        if len(several) != 1:
            raise RequestError(f"build: compiles its model with {len(several)} losses, allowed is one")
        given = several[0]
    found = keras.losses.get(given) if isinstance(given, str) else given
    config = found.get_config() if isinstance(found, keras.losses.Loss) else {}
    _check_ends(model, task, found, bool(config.get("from_logits")))
    try:
        name, wanted, _ = compiled_model.loss_name(given)
    except CannotStack:
        return _other_loss(found, config, task)
    if wanted and wanted != task.head:
        raise RequestError(
            f'build: compiles its model with the loss {_name(found)}, which is for head="{wanted}"; the head is '
            f'"{task.head}": give head= or name loss in the study'
        )
    return {"name": name}


def _other_loss(found: OwnPart, config: PlainTable, task: Task) -> PlainTable:
    if config.get("reduction", "sum_over_batch_size") != "sum_over_batch_size":
        raise RequestError(
            f"build: compiles its model with a loss of reduction={config['reduction']}, allowed is the mean"
        )
    if type(found).__name__.startswith("Sparse") or _name(found).startswith("sparse"):
        raise RequestError(
            f"build: compiles its model with options of {_name(found)}, which a study does not have; name loss"
        )
    kind = type(found) if isinstance(found, keras.losses.Loss) else found
    usual: PlainTable = {}
    with suppress(TypeError):  # where it has no defaults
        usual = kind().get_config() if isinstance(kind, type) else usual
    changed = {key: value for key, value in config.items() if key not in _OPTIONS and usual.get(key, ...) != value}
    ours = _CLASSES.get(getattr(kind, "__name__", ""))
    if ours and not changed and task.head in catalog.LOSSES[ours].heads:
        return {"name": ours}
    if "fn" in changed:
        raise RequestError(f"build: compiles its model with a wrapped loss {_name(found)}; name loss in the study")
    return {"name": _target("loss", kind), **dict(sorted(changed.items()))}


def _check_ends(model: keras.Model, task: Task, loss: OwnPart, from_logits: bool) -> None:
    """RequestError where a classifier's loss does not get what it takes: the study would compute another one."""
    outputs = getattr(model, "outputs", None)
    if task.head == "linear" or not outputs:
        return
    probabilities = ends.link(operation_of(outputs[0])) is not None
    if not probabilities and not ends.gives_raw_scores(outputs[0]):
        return
    if from_logits == probabilities:
        what = "gets probabilities, but has from_logits=True" if from_logits else "takes raw scores for probabilities"
        raise RequestError(
            f"build: compiles its model with the loss {_name(loss)}, which {what}; mend it, or name loss"
        )


def _metrics(model: keras.Model, task: Task) -> list[Plain]:
    """The metrics that a model was compiled with; none where they are among the task's own."""
    given = compile_option(model, "metrics") or []
    flat = (
        [item for some in given for item in (some if isinstance(some, list) else [some])]
        if isinstance(given, list)
        else []
    )
    if isinstance(given, dict):
        flat = [item for some in given.values() for item in (some if isinstance(some, (list, tuple)) else [some])]
    if not flat:
        return []
    try:
        names, _ = read_metrics(flat, task.head)
    except RequestError as error:
        raise RequestError(
            f"build: compiles its model with metrics that can't be taken, name metrics: {error}"
        ) from None
    return [] if {*names} <= {*task.metrics} else flat


def _target(kind: str, found: OwnPart) -> str:
    """Where a user's own part, or one of Keras that the catalog does not have, is imported from."""
    module, name = getattr(found, "__module__", ""), getattr(found, "__qualname__", "")
    of_keras = re.match(r"keras\.src\.(losses|optimizers)\b", module)
    target = f"{f'keras.{of_keras[1]}' if of_keras else module}:{name}"
    try:
        same = name.isidentifier() and imports.load(target) is found
    except RequestError:
        same = False
    if not same:
        raise RequestError(
            f"build: compiles its model with the {kind} {_name(found)}, which can't be named; name {kind}"
        )
    return target


def _name(found: OwnPart) -> str:
    return str(getattr(found, "name", None) or getattr(found, "__name__", type(found).__name__))
