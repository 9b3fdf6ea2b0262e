"""Why a layer can't be stacked: options of Keras' layers that several rules have no form for."""

from experiments.study.types import KerasPart


def last_axis(layer: KerasPart) -> str | None:
    """Where the layer's axis is not the last."""
    return None if layer.axis == -1 else f"axis={layer.axis}, fused is -1"


def channels_last(layer: KerasPart) -> str | None:
    """Where the layer has channels, and not as the last axis."""
    if getattr(layer, "data_format", "channels_last") == "channels_last":
        return None
    return f"data_format={layer.data_format}, fused is channels_last"
