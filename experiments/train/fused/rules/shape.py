"""Layers that move numbers about: each example of each trial as it would be alone."""

from typing import Any

from keras import ops

from experiments.train.fused.rules.rule import Rule, View


def flatten(view: View, x: Any) -> Any:
    """Each example as one row."""
    return ops.reshape(x, (*x.shape[:3], -1))


def reshape(view: View, x: Any) -> Any:
    """Each example in the target shape."""
    return ops.reshape(x, (*x.shape[:3], *view.layer.target_shape))


def _channels_last(layer: Any) -> str | None:
    return None if layer.data_format == "channels_last" else f"data_format={layer.data_format}, fused is channels_last"


FLATTEN = Rule(flatten, refuses=_channels_last)
RESHAPE = Rule(reshape)
