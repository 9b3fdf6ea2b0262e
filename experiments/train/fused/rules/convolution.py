"""Convolutions: trial by trial, each an ordinary one, for that is what processors have fast code for."""

from typing import Any

from keras import ops

from experiments.train.fused.rules.rule import Rule, View


def convolution(view: View, x: Any) -> Any:
    """activation(x ∗ kernel + bias), over the spatial axes."""
    layer, kernel = view.layer, view.weights["kernel"]
    seeds, cells = kernel.shape[:2]
    rows = []
    for s in range(seeds):
        inputs = ops.unstack(x[s], axis=0)
        kernels = ops.unstack(kernel[s], axis=0)
        rows.append(ops.stack([_one(layer, inputs[min(c, len(inputs) - 1)], kernels[c]) for c in range(cells)]))
    y = ops.stack(rows)
    if layer.use_bias:
        bias = view.weights["bias"]
        y = y + ops.reshape(bias, (seeds, cells, *(1,) * (len(y.shape) - 3), bias.shape[-1]))
    return view.apply("activation", y)


def _one(layer: Any, x: Any, kernel: Any) -> Any:
    return ops.conv(
        x,
        kernel,
        strides=layer.strides,
        padding=layer.padding,
        dilation_rate=layer.dilation_rate,
        data_format=layer.data_format,
    )


def by_example(view: View, x: Any) -> Any:
    """A layer without weights that treats each example by itself: trials are so many examples more."""
    y = view.layer.call(ops.reshape(x, (-1, *x.shape[3:])))
    return ops.reshape(y, (*x.shape[:3], *y.shape[1:]))


def _channels_last(layer: Any) -> str | None:
    if getattr(layer, "data_format", "channels_last") != "channels_last":
        return f"data_format={layer.data_format}, fused is channels_last"
    return None


def _unusual(layer: Any) -> str | None:
    if layer.groups != 1 or layer.padding == "causal":
        return f"groups={layer.groups}, padding={layer.padding}"
    return "LoRA" if layer.lora_enabled else _channels_last(layer)


CONVOLUTION = Rule(convolution, functions=("activation",), compiled=False, refuses=_unusual)
BY_EXAMPLE = Rule(by_example, refuses=_channels_last)
