"""The forward pass of a stack: what all trials give for their examples."""

from collections.abc import Callable
from dataclasses import dataclass

from keras import ops

from custom.keras_internals import run_graph
from custom.types import Tensor
from experiments.study.types import KerasPart
from experiments.train.fused.axes import Span, for_each_cell, join, split, trial_parts
from experiments.train.fused.layout import Layout
from experiments.train.fused.place import ACTIVITY, Numbers
from experiments.train.fused.rules import View, penalties
from experiments.train.fused.rules.layers import known_rule
from experiments.train.fused.state import Weights


@dataclass(frozen=True)
class Pass:
    """What a forward pass gives.

    outputs: `[seeds, cells, batch, outputs]`. others: the weights that are not trained, as they become. penalties:
    terms of the loss, `[seeds, cells]` each. seen: the outputs of measured layers, by the layer's place.
    """

    outputs: Tensor
    others: list[Tensor]
    penalties: list[Tensor]
    seen: dict[int, Tensor]


class Forward:
    """The forward pass of a layout, of all cells at once."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def __call__(
        self,
        weights: Weights,
        numbers: Numbers,
        x: Tensor,
        *,
        training: bool,
        draws: dict[int, Tensor],
        seen: bool = False,
        network: str | None = None,
    ) -> Pass:
        """Examples `[seeds, 1, batch, …]` through the layers.

        draws: what was drawn for random layers, by the layer's place; none without training. seen: whether the
        outputs of measured layers are wanted. network: of several that learn in turns the one that computes.
        """
        layout = self._layout
        values = layout.by_weight(weights.trained, weights.others)
        updates: dict[tuple[int, str], Tensor] = {}
        terms: list[Tensor] = []
        measured: dict[int, Tensor] = {}

        def of_layer(layer: KerasPart, *arguments: Tensor, **_: object) -> Tensor:
            at, rule = layout.place(layer), known_rule(layer)
            own = layout.weights_at(at)
            number = numbers.of(at)
            view = View(
                layer=layer,
                layers=layout.members[at],
                training=training,
                weights={weight.name: values[weight] for weight in own},
                numbers={name: number(name) for name in layout.numbers_at(at)},
                merged=any(weight.cell_axis == 2 for weight in own),
                draws=draws.get(at),
            )
            if len(layout.runs[at]) > 1:
                output = self._by_runs(layout.runs[at], view, *arguments)
            else:
                output = rule.call(view, *arguments)
            updates.update({(at, name): value for name, value in view.updates.items()})
            terms.extend(view.penalties)
            if at in layout.activity:
                term = penalties.of_outputs(layout.activity[at], numbers.of(at, ACTIVITY), output)
                terms.extend([] if term is None else [term])
            if seen and at in layout.measured:
                measured[at] = for_each_cell(output, layout.count)
            return output

        model = layout.networks[network] if network else layout.model
        outputs = for_each_cell(run_graph(model, [x], of_layer), layout.count)
        others = [
            updates.get((weight.layer, weight.name), old)
            for weight, old in zip(layout.others, weights.others, strict=True)
        ]
        return Pass(outputs, others, terms, measured)

    def _by_runs(self, runs: list[Span], view: View, x: Tensor) -> Tensor:
        """Layers of a family side by side, each run of equal ones by its own rule."""
        views = [view.part(run) for run in runs]
        parts = split(for_each_cell(x, self._layout.count), runs)
        return join([known_rule(view.layer).call(view, part) for view, part in zip(views, parts, strict=True)])


class ForwardApart:
    """The same trial by trial, each as a stack of its own.

    Without XLA, which would merge what follows an operation with it, trials side by side only copy more.

    layout: of all cells. parts: of each cell by itself.
    """

    def __init__(self, layout: Layout, parts: list[Layout]) -> None:
        self._layout, self._parts = layout, [Forward(part) for part in parts]

    def __call__(
        self,
        weights: Weights,
        numbers: Numbers,
        x: Tensor,
        *,
        training: bool,
        draws: dict[int, Tensor],
        seen: bool = False,
    ) -> Pass:
        """As `Forward`."""
        axes = [weight.cell_axis for weight in self._layout.trained]
        trained = [trial_parts(value, axis) for value, axis in zip(weights.trained, axes, strict=True)]
        others = [trial_parts(value, 1) for value in weights.others]
        rows = [
            [
                forward(
                    Weights([value[s][c] for value in trained], [value[s][c] for value in others]),
                    numbers.of_cell(c),
                    x[s : s + 1],
                    training=training,
                    draws={at: drawn[s : s + 1] for at, drawn in draws.items()},
                    seen=seen,
                )
                for c, forward in enumerate(self._parts)
            ]
            for s in range(x.shape[0])
        ]

        def whole(of_pass: Callable[[Pass], Tensor]) -> Tensor:
            of_seeds = [join([of_pass(own) for own in row]) for row in rows]
            return ops.concatenate(of_seeds, axis=0) if len(of_seeds) > 1 else of_seeds[0]

        first = rows[0][0]
        return Pass(
            whole(lambda one: one.outputs),
            [whole(lambda one, at=at: one.others[at]) for at in range(len(first.others))],
            [whole(lambda one, at=at: one.penalties[at]) for at in range(len(first.penalties))],
            {at: whole(lambda one, at=at: one.seen[at]) for at in first.seen},
        )
