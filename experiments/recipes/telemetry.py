"""Figures of what goes on inside a network, an epoch at a time: those of `custom.callbacks.Telemetry`, by layer.

A figure's name is `gradient_norm/dense_0`: the figure, and the layer. Layers that were given no name of their own
are counted by class from the input on, for Keras numbers them by what was built before.
"""

import re
from collections.abc import Sequence

import keras
import numpy as np

from custom.callbacks import Telemetry
from custom.keras_internals import to_snake_case
from experiments.study.types import KerasPart
from experiments.tasks import Data

_PROBE = 256  # examples that the figures are measured on


def probe(data: Data) -> np.ndarray:
    """The examples that the figures are measured on: the first of the validation part."""
    return data.validation[:_PROBE]


def names(layers: Sequence[KerasPart]) -> list[str]:
    """The layers' names in figures.

    >>> names([keras.layers.Dense(1), keras.layers.Dense(1, name="logits"), keras.layers.Dense(1)])
    ['dense_0', 'logits', 'dense_1']
    """
    counts: dict[str, int] = {}
    found = []
    for layer in layers:
        kind = to_snake_case(type(layer).__name__)
        if re.fullmatch(rf"{kind}(_\d+)?", layer.name):
            found.append(f"{kind}_{counts.get(kind, 0)}")
            counts[kind] = counts.get(kind, 0) + 1
        else:
            found.append(layer.name)
    return found


class Probe:
    """Measures a compiled model on some examples."""

    def __init__(self, model: keras.Model, x: np.ndarray, y: np.ndarray) -> None:
        self._telemetry = Telemetry(x, y)
        self._telemetry.set_model(model)
        self._names = dict(zip([layer.name for layer in model.layers], names(model.layers), strict=True))

    def measure(self) -> dict[str, float]:
        """All figures as they are now."""
        found = {}
        for name, value in self._telemetry.measure().items():
            figure, layer = name.split("/", maxsplit=1)
            found[f"{figure}/{self._names[layer]}"] = value
        return found
