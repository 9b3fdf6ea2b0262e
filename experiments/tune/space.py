"""A study's factors as keras-tuner's hyper-parameters, and values back as settings."""

from typing import TYPE_CHECKING

from experiments.study.level import label
from experiments.study.open_level import close, inner_name, ranges_of
from experiments.study.study import Study
from experiments.study.types import Plain, PlainTable, Range, Settings

if TYPE_CHECKING:
    import keras_tuner


def space(study: Study) -> "keras_tuner.HyperParameters":
    """The hyper-parameters of a study: a list of levels is a `Choice` among their labels, a range `Float` or `Int`.

    A range within a level is one that is active where that level is chosen.

    The default of each is the study's own level where that is among them.
    """
    import keras_tuner  # late: what goes on without an oracle need not wait for Keras

    found = keras_tuner.HyperParameters()
    for name, levels in study.factors.items():
        default = label(name, study.base[name])
        if isinstance(levels, list):
            labels = choices(name, levels)
            found.Choice(name, labels, default=default if default in labels else labels[0])
            for level, chosen in zip(levels, labels, strict=True):
                with found.conditional_scope(name, [chosen]):
                    for key, span in ranges_of(level).items():
                        _range(found, inner_name(name, level, key), span)
        else:
            _range(found, name, levels, default)
    return found


def _range(found: "keras_tuner.HyperParameters", name: str, span: Range, default: Plain = None) -> None:
    low, high = span["min"], span["max"]
    make = found.Int if isinstance(low, int) and isinstance(high, int) else found.Float
    inside = isinstance(default, int | float) and low <= default <= high
    make(name, low, high, sampling=span.get("scale", "linear"), default=default if inside else None)


def choices(name: str, levels: list[Plain]) -> list[Plain]:
    """Levels as `Choice` takes them: labels of one type.

    >>> choices("units", [[8], [8, 8]]), choices("rate", [1, 0.5])
    (['8', '8-8'], [1.0, 0.5])
    """
    labels = [label(name, level) for level in levels]
    types = {type(label) for label in labels}
    if types == {int, float}:
        return [float(label) for label in labels if isinstance(label, int | float)]
    return labels if len(types) == 1 and None not in labels else [str(label) for label in labels]


def settings(study: Study, values: Settings) -> PlainTable:
    """The settings of a cell, from the values of hyper-parameters, or its labels in a row; others are left out."""
    cell = dict(study.base)
    for name, levels in study.factors.items():
        if name not in values:
            continue
        if isinstance(levels, list):
            known = choices(name, levels)
            level = levels[known.index(values[name] if values[name] in known else str(values[name]))]
            cell[name] = close(level, lambda key, _, name=name, level=level: values[inner_name(name, level, key)])
        else:
            cell[name] = values[name]
    return cell
