"""Normalization: statistics of a trial's own batch (or example), its own scale and offset."""

from keras import ops

from custom.keras_internals import input_shape_when_built
from custom.tensors import mean
from custom.types import Tensor
from experiments.study.types import KerasPart
from experiments.train.fused.axes import along_examples
from experiments.train.fused.rules.rule import Rule, View


def batch_normalization(view: View, x: Tensor) -> Tensor:
    """(x − mean) / √(variance + ε) · gamma + beta, the variance biased, the moving statistics as Keras has them."""
    layer = view.layer
    center, variance = view.weights["moving_mean"], view.weights["moving_variance"]
    if view.training and layer.trainable:
        axes = tuple(range(2, len(x.shape) - 1))
        batch_mean = mean(x, axis=axes)
        batch_variance = mean(ops.square(x - along_examples(batch_mean, x)), axis=axes)
        momentum = view.number("momentum", center)
        view.updates["moving_mean"] = center * momentum + batch_mean * (1 - momentum)
        view.updates["moving_variance"] = variance * momentum + batch_variance * (1 - momentum)
        center, variance = batch_mean, batch_variance
    scale = ops.rsqrt(along_examples(variance, x) + layer.epsilon)
    if layer.scale:
        scale = scale * along_examples(view.weights["gamma"], x)
    y = (x - along_examples(center, x)) * scale
    return y + along_examples(view.weights["beta"], x) if layer.center else y


def layer_normalization(view: View, x: Tensor) -> Tensor:
    """The same over each example's last axis, without memory."""
    layer = view.layer
    center = mean(x, axis=-1)[..., None]
    variance = mean(ops.square(x - center), axis=-1)[..., None]
    y = (x - center) * ops.rsqrt(variance + layer.epsilon)
    if layer.scale:
        y = y * along_examples(view.weights["gamma"], x)
    return y + along_examples(view.weights["beta"], x) if layer.center else y


def _unusual(layer: KerasPart) -> str | None:
    axis = layer.axis if isinstance(layer.axis, int) else (*layer.axis,)
    last = len(input_shape_when_built(layer)) - 1
    if axis not in (-1, last, (-1,), (last,)):
        return f"axis={layer.axis}, fused is the last"
    if getattr(layer, "renorm", False) or getattr(layer, "rms_scaling", False):
        return "renormalization or root-mean-square scaling"
    return None


BATCH_NORMALIZATION = Rule(batch_normalization, numbers=("momentum",), refuses=_unusual)
LAYER_NORMALIZATION = Rule(layer_normalization, refuses=_unusual)
