"""Convolutions: outside XLA, so of one trial at a time, for which processors have fast code."""

from typing import Any

from keras import ops

from experiments.train.fused.axes import along_examples
from experiments.train.fused.rules.refusals import channels_last
from experiments.train.fused.rules.rule import Rule, View


def convolution(view: View, x: Any) -> Any:
    """activation(x ∗ kernel + bias), over the spatial axes, of one trial."""
    layer = view.layer
    y = ops.conv(
        x[0, 0],
        view.weights["kernel"][0, 0],
        strides=layer.strides,
        padding=layer.padding,
        dilation_rate=layer.dilation_rate,
        data_format=layer.data_format,
    )[None, None]
    return view.apply("activation", y + along_examples(view.weights["bias"], y) if layer.use_bias else y)


def by_example(view: View, x: Any) -> Any:
    """A layer without weights that treats each example by itself: trials are so many examples more."""
    y = view.layer.call(ops.reshape(x, (-1, *x.shape[3:])))
    return ops.reshape(y, (*x.shape[:3], *y.shape[1:]))


def _unusual(layer: Any) -> str | None:
    if layer.groups != 1 or layer.padding == "causal":
        return f"groups={layer.groups}, padding={layer.padding}"
    return channels_last(layer)


CONVOLUTION = Rule(convolution, functions=("activation",), compiled=False, refuses=_unusual)
BY_EXAMPLE = Rule(by_example, refuses=channels_last)
