"""What a stack minimizes: the loss of every trial, penalties included."""

from custom.tensors import mean
from custom.types import Tensor
from experiments.train.fused.layout import Layout
from experiments.train.fused.losses import Losses
from experiments.train.fused.place import Numbers
from experiments.train.fused.rules import penalties


class Cost:
    """The loss of every trial of a layout, by each cell's own function."""

    def __init__(self, layout: Layout, losses: Losses) -> None:
        self._layout, self.of_examples = layout, losses

    def total(self, trained: list[Tensor], numbers: Numbers, y: Tensor, outputs: Tensor, terms: list[Tensor]) -> Tensor:
        """The loss on a batch, `[seeds, cells]`. terms: penalties that the forward pass gave."""
        of_batch = self.of_examples(y, outputs, lambda loss: mean(loss, axis=-1))
        return of_batch + self.penalty(trained, numbers, terms)

    def penalty(self, trained: list[Tensor], numbers: Numbers, terms: list[Tensor]) -> Tensor | float:
        """The penalties of weights and outputs, `[seeds, cells]`; 0.0 where there are none."""
        total: Tensor | float = 0.0
        rules = self._layout.penalties
        for weight, rule, value in zip(self._layout.trained, rules, trained, strict=True):
            term = penalties.of_weight(rule, numbers.of(weight.layer, weight.name), value, weight.cell_axis)
            total = total if term is None else total + term
        return sum(terms, total)
