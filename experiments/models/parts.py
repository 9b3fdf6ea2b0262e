"""Levels of a study → Keras objects."""

import functools
from typing import Any

import keras

from experiments.study import catalog
from experiments.study.imports import load


def activation(level: dict[str, Any], folder: str | None = None) -> Any:
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


def activation_layer(given: Any, **options: Any) -> keras.layers.Layer:
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


def regularization(level: dict[str, Any], folder: str | None = None) -> dict[str, Any]:
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


def optimizer(level: dict[str, Any], learning_rate: Any, folder: str | None = None) -> keras.optimizers.Optimizer:
    """An optimizer at a learning rate: a number, or a schedule.

    >>> float(optimizer({"name": "sgd"}, 0.5).learning_rate)
    0.5
    """
    part = catalog.OPTIMIZERS.get(level["name"])
    target = part.target if part else level["name"]
    return load(target, folder)(learning_rate=learning_rate, **_settings(level))


def _settings(level: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in level.items() if key != "name"}


def _make(part: Any, settings: dict[str, Any]) -> Any:
    """A class is called with its settings; a function gets them bound."""
    if isinstance(part, type):
        return part(**settings)
    return functools.partial(part, **settings) if settings else part
