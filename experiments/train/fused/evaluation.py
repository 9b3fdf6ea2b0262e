"""What a stack scores, and what goes on in its layers, without training."""

from collections.abc import Mapping

from keras import ops

from custom.types import Tensor
from experiments.recipes.stacking import PerExample
from experiments.train.fused import backend
from experiments.train.fused.axes import for_each_cell, squared_norm
from experiments.train.fused.examples import Inputs
from experiments.train.fused.forward import Forward, ForwardApart
from experiments.train.fused.layout import Layout
from experiments.train.fused.losses import Cost
from experiments.train.fused.place import Numbers
from experiments.train.fused.state import Weights


class Evaluation:
    """How all trials of a stack are evaluated at once. metrics: functions of each example, by name."""

    def __init__(
        self,
        layout: Layout,
        inputs: Inputs,
        forward: Forward | ForwardApart,
        cost: Cost,
        metrics: Mapping[str, PerExample],
    ) -> None:
        self._layout, self._inputs, self._forward = layout, inputs, forward
        self._cost, self._metrics = cost, metrics

    def scores(
        self, weights: Weights, numbers: Numbers, x: Tensor, y: Tensor, index: Tensor
    ) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        """The penalties `[seeds, cells]`, and of every example the loss and the metrics, `[seeds, cells, batch]`."""
        passed = self._forward(weights, numbers, self._inputs(x, index), training=False, draws={})
        y, outputs = ops.take(y, index, axis=0), passed.outputs
        targets = for_each_cell(ops.expand_dims(y, 1), self._layout.count)
        found = {name: of_example(targets, outputs) for name, of_example in self._metrics.items()}
        penalty = self._cost.penalty(weights.trained, numbers, passed.penalties)
        return penalty + ops.zeros(outputs.shape[:2], self._layout.floatx), self._cost.of_examples(y, outputs), found

    def figures(
        self, weights: Weights, numbers: Numbers, x: Tensor, y: Tensor, index: Tensor
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Of every trained weight the squared norm of its gradient `[seeds, cells]`, and outputs of measured layers.

        As an evaluation sees them: without dropout, with the averages of batch norm.
        """
        x, y = self._inputs(x, index), ops.take(y, index, axis=0)

        def total(trained: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
            given = Weights(trained, weights.others)
            passed = self._forward(given, numbers, x, training=False, draws={}, seen=True)
            loss = self._cost.total(trained, numbers, y, passed.outputs, passed.penalties)
            return ops.sum(loss), [passed.seen[at] for at in self._layout.measured]

        gradients, outputs = backend.gradients(total, weights.trained)
        axes = [weight.cell_axis for weight in self._layout.trained]
        return [squared_norm(gradient, axis) for gradient, axis in zip(gradients, axes, strict=True)], outputs
