"""A cell and a seed → a Keras model, by the model kind's function or a user's own."""

import inspect
from copy import deepcopy

import keras

from experiments.models import parts
from experiments.models.global_state import keep_settings
from experiments.study import catalog
from experiments.study.imports import load
from experiments.study.seeds import stream
from experiments.study.study import Study
from experiments.study.trial import Trial
from experiments.study.types import Build, PlainTable
from experiments.tasks import Task


def build(study: Study, trial: Trial, task: Task, *, has_call: bool = True) -> keras.Model:
    """The untrained model of a trial.

    has_call: whether it is a network from inputs to outputs, which is built by a call where its function left that.

    Python's, NumPy's and Keras' own random state are seeded first, for what a user's function leaves unseeded.
    Settings of Keras and its backend that the function changes are put back.

    Raises TypeError where a user's function gives something other than a `keras.Model` with one output.
    """
    keras.utils.set_random_seed(model_seed(trial))
    function = _function(study)
    with keep_settings():
        model = function(**_arguments(function, study, trial, task))
        if not isinstance(model, keras.Model):
            raise TypeError(f"{study.model} gave a {type(model).__name__}, allowed is a keras.Model")
        if has_call and not model.built:
            model(keras.KerasTensor((None, *task.input_shape), dtype=keras.config.floatx()))
    return model


def model_seed(trial: Trial) -> int:
    """What a trial's initial weights and dropout are drawn from: its seed, or a salted one."""
    salt = trial.settings.get("salt", 0)
    return stream(trial.seed, salt, "salt") if salt else trial.seed


def settings_used(study: Study, trial: Trial) -> PlainTable:
    """The settings of a trial that its model's function asks for: where they are equal, models are."""
    names = {"salt", *_arguments(_function(study), study, trial, None)}
    if names & set(catalog.REGULARIZER_SLOTS):
        names.add("regularizer")
    return {name: level for name, level in trial.settings.items() if name in names}


def _function(study: Study) -> Build:
    if "model" in study.objects:
        return study.objects["model"]
    part = catalog.MODELS.get(study.model)
    return load(part.target if part else study.model, study.folder)


def _arguments(function: Build, study: Study, trial: Trial, task: Task | None) -> PlainTable:
    settings = deepcopy(trial.settings)  # a function may change the lists that it is given
    given: PlainTable = {
        "input_shape": task and task.input_shape,
        "outputs": task and task.outputs,
        "head": task and catalog.HEADS[task.head].link,
        "seed": model_seed(trial),
        "kernel_regularizer": None,
        "activity_regularizer": None,
        **settings,
    }
    if "activation" in settings:
        given["activation"] = parts.activation(settings["activation"], study.folder)
    if "regularizer" in settings:
        given |= parts.regularization(settings["regularizer"], study.folder)
    parameters = inspect.signature(function).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        own = set(study.model_settings) - {"regularizer"}
        return {name: value for name, value in given.items() if name in parameters or name in own}
    return {name: value for name, value in given.items() if name in parameters}
