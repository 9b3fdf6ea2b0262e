"""Dropout and noise: the trials of a seed share what is drawn, each thresholds or scales it by its own number."""

from keras import ops

from custom.types import Tensor
from experiments.study.types import KerasPart
from experiments.train.fused import backend
from experiments.train.fused.rules.rule import Rule, View


def dropout(view: View, x: Tensor) -> Tensor:
    """x / (1 − rate) where kept, 0 where dropped."""
    if not view.training or view.draws is None:
        return x
    return backend.dropout(x, view.number("rate", x), view.draws)


def gaussian_noise(view: View, x: Tensor) -> Tensor:
    """x plus normal noise."""
    if not view.training or view.draws is None:
        return x
    return x + ops.cast(view.draws, x.dtype) * view.number("stddev", x)


def _shaped(layer: KerasPart) -> str | None:
    return None if layer.noise_shape is None else f"noise_shape={layer.noise_shape}, fused is every number by itself"


DROPOUT = Rule(dropout, numbers=("rate",), random="uniform", refuses=_shaped)
GAUSSIAN_NOISE = Rule(gaussian_noise, numbers=("stddev",), random="normal")
