"""Normalization: statistics of a trial's own batch (or example), its own scale and offset."""

from typing import Any

from keras import ops

from experiments.train.fused.rules.rule import Rule, View


def batch_normalization(view: View, x: Any) -> Any:
    """(x − mean) / √(variance + ε) · gamma + beta, the variance biased, the moving statistics as Keras has them."""
    layer = view.layer
    mean, variance = view.weights["moving_mean"], view.weights["moving_variance"]
    if view.training and layer.trainable:
        axes = tuple(range(2, len(x.shape) - 1))
        batch_mean = ops.mean(x, axis=axes)
        batch_variance = ops.mean(ops.square(x - _spread(batch_mean, x)), axis=axes)
        momentum = view.number("momentum", mean)
        view.updates["moving_mean"] = mean * momentum + batch_mean * (1 - momentum)
        view.updates["moving_variance"] = variance * momentum + batch_variance * (1 - momentum)
        mean, variance = batch_mean, batch_variance
    scale = ops.rsqrt(_spread(variance, x) + layer.epsilon)
    if layer.scale:
        scale = scale * _spread(view.weights["gamma"], x)
    y = (x - _spread(mean, x)) * scale
    return y + _spread(view.weights["beta"], x) if layer.center else y


def layer_normalization(view: View, x: Any) -> Any:
    """The same over each example's last axis, without memory."""
    layer = view.layer
    mean = ops.mean(x, axis=-1, keepdims=True)
    variance = ops.mean(ops.square(x - mean), axis=-1, keepdims=True)
    y = (x - mean) * ops.rsqrt(variance + layer.epsilon)
    if layer.scale:
        y = y * _spread(view.weights["gamma"], x)
    return y + _spread(view.weights["beta"], x) if layer.center else y


def _spread(statistic: Any, x: Any) -> Any:
    """`[seeds, cells, units]` against `[seeds, cells, batch, …, units]`."""
    shape = statistic.shape
    return ops.reshape(statistic, (shape[0], shape[1], *(1,) * (len(x.shape) - 3), shape[-1]))


def _unusual(layer: Any) -> str | None:
    axis = layer.axis if isinstance(layer.axis, int) else (*layer.axis,)
    last = len(layer._build_shapes_dict["input_shape"]) - 1
    if axis not in (-1, last, (-1,), (last,)):
        return f"axis={layer.axis}, fused is the last"
    if getattr(layer, "renorm", False) or getattr(layer, "rms_scaling", False):
        return "renormalization or root-mean-square scaling"
    return None


BATCH_NORMALIZATION = Rule(batch_normalization, numbers=("momentum",), refuses=_unusual)
LAYER_NORMALIZATION = Rule(layer_normalization, refuses=_unusual)
