"""Convolutions: one trial at a time, for which processors have fast code outside XLA, and other devices in it."""

from keras import ops

from custom.types import Tensor
from experiments.study.types import KerasPart
from experiments.train.fused.axes import along_examples, join
from experiments.train.fused.rules.layers.refusals import channels_last
from experiments.train.fused.rules.rule import Rule, View


def convolution(view: View, x: Tensor) -> Tensor:
    """activation(x ∗ kernel + bias), over the spatial axes, of each trial by itself."""
    layer, kernel = view.layer, view.weights["kernel"]
    seeds, cells = kernel.shape[:2]

    def alone(seed: int, cell: int) -> Tensor:
        return ops.conv(
            x[seed, cell if x.shape[1] > 1 else 0],
            kernel[seed, cell],
            strides=layer.strides,
            padding=layer.padding,
            dilation_rate=layer.dilation_rate,
            data_format=layer.data_format,
        )[None, None]

    rows = [join([alone(seed, cell) for cell in range(cells)]) for seed in range(seeds)]
    y = ops.concatenate(rows, axis=0) if seeds > 1 else rows[0]
    return view.apply("activation", y + along_examples(view.weights["bias"], y) if layer.use_bias else y)


def by_example(view: View, x: Tensor) -> Tensor:
    """A layer without weights that treats each example by itself: trials are so many examples more."""
    y = view.layer.call(ops.reshape(x, (-1, *x.shape[3:])))
    return ops.reshape(y, (*x.shape[:3], *y.shape[1:]))


def _unusual(layer: KerasPart) -> str | None:
    if layer.groups != 1 or layer.padding == "causal":
        return f"groups={layer.groups}, padding={layer.padding}"
    return channels_last(layer)


CONVOLUTION = Rule(convolution, functions=("activation",), slow_in_xla=frozenset({"cpu"}), refuses=_unusual)
BY_EXAMPLE = Rule(by_example, refuses=channels_last)
