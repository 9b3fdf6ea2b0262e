"""A level that is a part, written out."""

from experiments.report.code.names import Names, call, is_class
from experiments.study import catalog
from experiments.study.imports import is_target
from experiments.study.types import PlainTable, Settings


def target_of(name: str, level: Settings) -> str:
    """Where a part is imported from: as the catalog has it, or a user's own target; empty for none."""
    part = catalog.PARTS[name].get(level["name"])
    return part.target if part else level["name"]


def settings_of(level: Settings) -> PlainTable:
    """A part's settings, without those of the catalog that are not set."""
    own = is_target(level["name"])
    return {key: value for key, value in level.items() if key != "name" and (own or value is not None)}


def make(name: str, level: Settings, names: Names) -> str:
    """A part: a class is called with its settings, a function gets them bound.

    >>> make("loss", {"name": "huber", "delta": 0.5}, Names())
    'Huber(delta=0.5)'
    """
    target, settings = target_of(name, level), settings_of(level)
    if is_class(target):
        return call(names.of(target), **settings)
    if not settings:
        return names.of(target)
    return call(names.of("functools:partial"), names.of(target), **settings)


def activation(level: Settings, names: Names) -> str:
    """What an argument `activation` takes.

    >>> activation({"name": "tanh"}, Names())
    '"tanh"'
    """
    target = target_of("activation", level)
    return f'"{level["name"]}"' if target.startswith("keras.activations:") else make("activation", level, names)


def activation_layer(level: Settings, penalty: str, names: Names) -> str:
    """A layer that is the activation. penalty: on its outputs, or empty.

    >>> activation_layer({"name": "tanh"}, "", Names())
    'keras.layers.Activation("tanh")'
    """
    options = [f"activity_regularizer={penalty}"] if penalty else []
    target = target_of("activation", level)
    if is_class(target):
        return _with(make("activation", level, names), options)
    return call("keras.layers.Activation", activation(level, names), *options)


def _with(written: str, options: list[str]) -> str:
    """A call with more arguments.

    >>> _with("ELU()", ["name='a'"]), _with("ELU(alpha=1.0)", ["name='a'"])
    ("ELU(name='a')", "ELU(alpha=1.0, name='a')")
    """
    before = written[:-1] if written.endswith("()") or not options else f"{written[:-1]}, "
    return f"{before}{', '.join(options)})"
