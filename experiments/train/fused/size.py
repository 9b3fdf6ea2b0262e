"""How much a trial holds and computes in a training step, about."""

import math

from experiments.study.types import KerasPart
from experiments.train.fused.cell import Cell
from experiments.train.fused.rules.layers import known_rule

_TENSORS = 4  # a weight, its gradient and two slots; an activation, its gradient and what its function needs


def trial_bytes(cell: Cell) -> int:
    """What a trial of a cell works on in a training step, in bytes."""
    weights = sum(_weights(layer) for layer in cell.template.layers)
    outputs = sum(known_rule(layer).kept(layer) for layer in cell.template.layers)
    return 4 * _TENSORS * (weights + cell.settings["batch_size"] * outputs)


def operations(cell: Cell) -> int:
    """Multiplications and additions of a trial in a training step: 6 for a weight, an example and a place of it."""
    products = sum(_weights(layer) * _places(layer) for layer in cell.template.layers)
    return 6 * cell.settings["batch_size"] * products


def _weights(layer: KerasPart) -> int:
    return sum(math.prod(weight.shape) for weight in layer.weights)


def _places(layer: KerasPart) -> int:
    """How many times an example meets a layer's weights: pixels of an image, steps of a sequence."""
    if not layer.weights:
        return 0
    return max(math.prod(tensor.shape[1:-1]) for tensor in (layer.input, layer.output))
