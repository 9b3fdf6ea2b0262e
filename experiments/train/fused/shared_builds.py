"""Models of our own kinds that differ in numbers alone: two are built, and the others are these with other numbers.

A search draws a strength and a dropout rate anew for every trial, and to build a model takes longer than to train it
in a stack. What the numbers of a setting become in a model is found out by building it once more with numbers that
can be told apart.
"""

from collections.abc import Callable

import keras
import numpy as np

from experiments.study import catalog
from experiments.study.study import Study
from experiments.study.trial import Trial, canonical
from experiments.study.types import Plain, Settings
from experiments.train.fused.place import Place
from experiments.train.fused.template import Template

# number of a template → number of the settings, and how the model keeps it
_Places = dict[Place, tuple[str, Callable[[float], float]]]
_NUMBERS = ("dropout", "regularizer")  # settings of which a stack reads the numbers, never the layers
_STEP = 1e-3  # by which each number of the second model is smaller, the next one by twice as much


class Twins:
    """Templates by the settings that a model's function asks for.

    build: trial → the template of its model, built. Only a model kind and regularizers of the catalog
    have twins: their numbers reach the model unchanged, which is not known of a user's own.
    """

    def __init__(self, study: Study, build: Callable[[Trial], Template]) -> None:
        self._known = study.model in catalog.MODELS and "model" not in study.objects
        self._build = build
        self._first: dict[str, tuple[Template, dict[str, float]]] = {}
        self._places: dict[str, _Places | None] = {}

    def template(self, trial: Trial, asked: Settings) -> tuple[Template, Template | None]:
        """The template of a trial, and the one of which it is a twin, or None where it was built.

        asked: the settings of the trial that its model depends on.
        """
        numbers: dict[str, float] = {}
        form = canonical([trial.seed, {name: _outline(name, level, numbers) for name, level in asked.items()}])
        if not numbers or not self._known or not _of_catalog(asked.get("regularizer")):
            return self._build(trial), None
        if form not in self._first:
            self._first[form] = self._build(trial), numbers
            return self._first[form][0], None
        first, of_first = self._first[form]
        if form not in self._places:
            self._places[form] = self._find_places(first, trial, of_first)
        places = self._places[form]
        if places is None:
            return self._build(trial), None
        return first.with_numbers({place: kept(numbers[name]) for place, (name, kept) in places.items()}), first

    def _find_places(self, first: Template, trial: Trial, numbers: dict[str, float]) -> "_Places | None":
        """Where the numbers of settings come to lie in a template; None where more changes with them than numbers."""
        moved = {name: value * (1 - _STEP * (at + 1)) for at, (name, value) in enumerate(numbers.items())}
        settings = {name: _fill(name, level, moved) for name, level in trial.settings.items()}
        other = self._build(Trial(trial.parts, settings, trial.seed))
        if first.refuses or other.refuses or not first.initial.equals(other.initial):
            return None
        if (first.structure, first.functions, first.numbers.keys()) != (
            other.structure,
            other.functions,
            other.numbers.keys(),
        ):
            return None
        names: dict[float, tuple[str, Callable[[float], float]]] = {
            kept(value): (name, kept) for name, value in moved.items() for kept in (_round, float)
        }
        changed = {place: value for place, value in other.numbers.items() if value != first.numbers[place]}
        if not set(changed.values()) <= set(names):
            return None
        places = {place: names[value] for place, value in changed.items()}
        same = all(first.numbers[place] == kept(numbers[name]) for place, (name, kept) in places.items())
        return places if same else None


def _round(value: float) -> float:
    """A number as a tensor holds it."""
    return float(np.asarray(value, keras.config.floatx()))


def _of_catalog(level: Settings | None) -> bool:
    return level is None or level["name"] in catalog.REGULARIZERS


def _outline(name: str, level: Plain, numbers: dict[str, float]) -> Plain:
    """A level without its numbers, which are noted by their names; zeros stay, for a zero switches its part off."""
    if name not in _NUMBERS:
        return level
    if isinstance(level, dict):
        return {key: _outline_of(f"{name}/{key}", value, numbers) for key, value in level.items()}
    return _outline_of(name, level, numbers)


def _outline_of(name: str, value: Plain, numbers: dict[str, float]) -> Plain:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value:
        return value
    numbers[name] = float(value)
    return "a number"


def _fill(name: str, level: Plain, numbers: dict[str, float]) -> Plain:
    """A level with other numbers."""
    if isinstance(level, dict):
        return {key: numbers.get(f"{name}/{key}", value) for key, value in level.items()}
    return numbers.get(name, level)
