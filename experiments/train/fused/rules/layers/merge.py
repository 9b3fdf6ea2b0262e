"""Layers of several inputs: number by number, or side by side."""

from keras import ops

from custom.keras_internals import merge, merges_ranks
from custom.types import Tensor
from experiments.study.types import KerasPart
from experiments.train.fused.axes import for_each_cell
from experiments.train.fused.rules.layers.refusals import last_axis
from experiments.train.fused.rules.rule import Rule, View


def elementwise(view: View, inputs: list[Tensor]) -> Tensor:
    """The layer's own call, which broadcasts what cells share."""
    return merge(view.layer, inputs)


def concatenate(view: View, inputs: list[Tensor]) -> Tensor:
    """Along the last axis."""
    cells = max(x.shape[1] for x in inputs)
    return ops.concatenate([for_each_cell(x, cells) for x in inputs], axis=-1)


def _of_one_rank(layer: KerasPart) -> str | None:
    return "inputs of different rank" if merges_ranks(layer) else None


ELEMENTWISE = Rule(elementwise, refuses=_of_one_rank)
CONCATENATE = Rule(concatenate, refuses=last_axis)
