"""Levels of a study → Keras objects."""

import functools
from collections.abc import Callable
from typing import TypeAlias

import keras

from custom.types import Tensor
from experiments.study import catalog
from experiments.study.imports import load
from experiments.study.types import OwnPart, PlainTable, Settings

Activation: TypeAlias = str | Callable[[Tensor], Tensor] | keras.layers.Layer
Rate: TypeAlias = float | keras.optimizers.schedules.LearningRateSchedule


def activation(level: Settings, folder: str | None = None) -> Activation:
    """What any `activation=` argument of Keras takes: a name, a layer or a function.

    >>> activation({"name": "relu"})
    'relu'
    """
    part = catalog.ACTIVATIONS.get(level["name"])
    target = part.target if part else level["name"]
    module, name = target.rsplit(":", 1)
    if module == "keras.activations":
        return name
    return _make(load(target, folder), _settings(level))


def activation_layer(given: Activation, **options: object) -> keras.layers.Layer:
    """A fresh layer for an activation as `activation` gives it; `options` are those of any Keras layer.

    >>> activation_layer("tanh", name="hidden").name
    'hidden'
    """
    penalty = options.pop("activity_regularizer", None)
    if isinstance(given, keras.layers.Layer):
        layer = type(given).from_config({**given.get_config(), **options})
    else:
        layer = keras.layers.Activation(given, **options)
    # not to the constructor: Keras' ELU could then no longer tell its configuration, nor be saved
    layer.activity_regularizer = penalty
    return layer


def regularization(level: Settings, folder: str | None = None) -> PlainTable:
    """The slot of a model's function that a regularizer fills, and with what; empty for "none".

    >>> regularization({"name": "dropout", "rate": 0.5})
    {'dropout': 0.5}
    """
    part = catalog.REGULARIZERS.get(level["name"], catalog.RegularizerPart(level["name"]))
    if not part.slot:
        return {}
    if part.slot == "dropout":
        return {"dropout": level["rate"]}
    return {part.slot: _make(load(part.target, folder), _settings(level))}


def optimizer(level: Settings, learning_rate: Rate, folder: str | None = None) -> keras.optimizers.Optimizer:
    """An optimizer at a learning rate: a number, or a schedule.

    >>> float(optimizer({"name": "sgd"}, 0.5).learning_rate)
    0.5
    """
    part = catalog.OPTIMIZERS.get(level["name"])
    target = part.target if part else level["name"]
    return load(target, folder)(learning_rate=learning_rate, **_settings(level))


def _settings(level: Settings) -> PlainTable:
    return {key: value for key, value in level.items() if key != "name"}


def _make(part: OwnPart, settings: Settings) -> OwnPart:
    """A class is called with its settings; a function gets them bound."""
    if isinstance(part, type):
        return part(**settings)
    return functools.partial(part, **settings) if settings else part
