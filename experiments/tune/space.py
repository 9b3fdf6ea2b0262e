"""A study's factors as keras-tuner's hyper-parameters, and values back as settings."""

from typing import Any

import keras_tuner

from experiments.level import label
from experiments.study import Study


def space(study: Study) -> keras_tuner.HyperParameters:
    """The hyper-parameters of a study: a list of levels is a `Choice` among their labels, a range `Float` or `Int`.

    The default of each is the study's own level where that is among them.
    """
    found = keras_tuner.HyperParameters()
    for name, levels in study.factors.items():
        default = label(name, study.base[name])
        if isinstance(levels, list):
            labels = choices(name, levels)
            found.Choice(name, labels, default=default if default in labels else labels[0])
            continue
        low, high = levels["min"], levels["max"]
        make = found.Int if isinstance(low, int) and isinstance(high, int) else found.Float
        inside = isinstance(default, int | float) and low <= default <= high
        make(name, low, high, sampling=levels.get("scale", "linear"), default=default if inside else None)
    return found


def choices(name: str, levels: list[Any]) -> list[Any]:
    """Levels as `Choice` takes them: labels of one type.

    >>> choices("units", [[8], [8, 8]]), choices("rate", [1, 0.5])
    (['8', '8-8'], [1.0, 0.5])
    """
    labels = [label(name, level) for level in levels]
    types = {type(one) for one in labels}
    if types == {int, float}:
        return [float(one) for one in labels]  # type: ignore[arg-type]
    return labels if len(types) == 1 and None not in labels else [str(one) for one in labels]


def settings(study: Study, values: dict[str, Any]) -> dict[str, Any]:
    """The settings of a cell, from the values of hyper-parameters; those that are not of the study are left out."""
    cell = dict(study.base)
    for name, levels in study.factors.items():
        if name not in values:
            continue
        if isinstance(levels, list):
            cell[name] = levels[choices(name, levels).index(values[name])]
        else:
            cell[name] = values[name]
    return cell
