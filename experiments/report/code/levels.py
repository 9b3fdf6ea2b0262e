"""The levels of a cell, all settings of its model, training and task."""

from collections.abc import Mapping

from experiments.analysis.declared import Declared
from experiments.store.read_back import level_of, value
from experiments.study import catalog
from experiments.study.catalog import NamedPart, Setting
from experiments.study.labels import text
from experiments.study.level import label
from experiments.study.types import Plain, Settings

Levels = Settings


def levels_of(
    study: Declared, labels: Mapping[str, str], head: str, typed: Mapping[str, Plain]
) -> tuple[Levels, Levels]:
    """The settings of model and training, and the level of the task, both in canonical form.

    labels: of every setting, as text; what is not there is at its default. head: of the task, on which the default
    loss depends. typed: labels of a user's own task as the manifest has them, number or text.

    Raises LookupError for a label that can be read in more than one way, or in none, and for a setting that the
    project's model kind does not have.
    """
    known = {**catalog.MODELS[study.model].settings, **catalog.TRAINING}
    known["loss"] = Setting(NamedPart, catalog.HEADS[head].loss)
    if more := {name for name in labels if "." not in name} - set(known) - study.data_settings:
        raise LookupError(", ".join(more))
    levels = {
        name: level_of(name, labels.get(name, _default(name, setting)), setting, labels)
        for name, setting in known.items()
    }
    if study.task in catalog.TASKS:
        of_task = {
            name: level_of(name, labels[name], setting, {})
            for name, setting in (catalog.OF_DATA | catalog.TASKS[study.task].settings).items()
            if name in labels
        }
    else:
        of_task = {name: _own(labels[name], typed.get(name)) for name in sorted(study.data_settings) if name in labels}
    return levels, {"name": study.task, **of_task}


def _default(name: str, setting: Setting) -> str:
    return text(label(name, setting.default))


def _own(label_text: str, typed: Plain) -> Plain:
    """A setting of a user's own task; a label of text may have been a list: `a-b`."""
    if not isinstance(typed, str):
        return value(label_text) if typed is None else typed
    if "-" in typed or value(typed) != typed or not typed:
        raise LookupError(typed)
    return typed
