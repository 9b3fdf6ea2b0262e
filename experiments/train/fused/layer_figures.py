"""The figures of the layers of trials in a stack: those that `custom.callbacks.Telemetry` gives of one model."""

import numpy as np

from custom.callbacks.telemetry import kernel_figures, measured_activation, output_figures
from custom.layers import HardTanh
from experiments.recipes import telemetry
from experiments.train.fused.layout import Layout
from experiments.train.fused.template import Template


def figures_of(
    layout: Layout, template: Template, weights: list[np.ndarray], squares: list[np.ndarray], outputs: list[np.ndarray]
) -> dict[str, float]:
    """The figures of one trial.

    template: of its cell. weights: in the layout's order. squares: the squared norm of the gradient of each trained
    weight. outputs: of each measured layer.
    """
    named = telemetry.names(template.raw.layers)
    places = {id(layer): at for at, layer in enumerate(template.layers)}
    of_outputs = dict(zip(layout.measured, outputs, strict=True))
    found: dict[str, float] = {}
    for name, layer in zip(named, template.raw.layers, strict=True):
        if (at := places.get(id(layer))) is None:
            continue  # the input
        own = {w.name: value for w, value in zip(layout.weights, weights, strict=True) if w.layer == at}
        trained = [square for w, square in zip(layout.trained, squares, strict=True) if w.layer == at]
        kernels = [own[w.name] for w in layout.trained if w.layer == at and own[w.name].ndim > 1]
        figures = {"gradient_norm": float(np.sqrt(sum(trained)))} if trained else {}
        if activation := measured_activation(layer):
            bounds = _bounds(layer, own) if isinstance(layer, HardTanh) else None
            figures |= output_figures(of_outputs[at], activation, bounds=bounds)
        found |= {f"{figure}/{name}": value for figure, value in (figures | kernel_figures(kernels)).items()}
    return found


def _bounds(layer: HardTanh, weights: dict[str, np.ndarray]) -> tuple[float, float]:
    """The bounds of a trial's hard tanh."""
    if not layer.learn_bounds:
        return layer.min_value, layer.max_value
    lower = float(weights["lower"])
    return lower, lower + float(np.exp(weights["log_width"]))
