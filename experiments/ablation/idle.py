"""Layers that do nothing: without them the model is the same."""

import keras

from experiments.study.types import KerasPart

_layers = keras.layers
_DROPPING = (
    _layers.Dropout, _layers.SpatialDropout1D, _layers.SpatialDropout2D, _layers.SpatialDropout3D,
    _layers.GaussianDropout, _layers.AlphaDropout,
)  # fmt: skip
_POOLING = (
    _layers.MaxPooling1D, _layers.MaxPooling2D, _layers.MaxPooling3D, _layers.AveragePooling1D,
    _layers.AveragePooling2D, _layers.AveragePooling3D,
)  # fmt: skip
_SHAPING = (_layers.Flatten, _layers.Reshape)


def why_idle(layer: KerasPart, call: KerasPart) -> str | None:
    """Why a layer does nothing in a call, in words; None where it may do something.

    >>> x = keras.Input((2,))
    >>> layer = keras.layers.Activation("linear")
    >>> y = layer(x)
    >>> from custom.keras_internals import calls_of
    >>> why_idle(layer, calls_of(layer)[0])
    'its activation is linear'
    """
    if isinstance(layer, _layers.Activation) and layer.activation is keras.activations.linear:
        return None if layer.activity_regularizer else "its activation is linear"
    shapes = (tuple(found[0].shape) for found in (call.input_tensors, call.output_tensors))
    told = {
        "it passes its input on": isinstance(layer, _layers.Identity),
        "its rate is 0": isinstance(layer, _DROPPING) and layer.rate == 0,
        "its noise is 0": isinstance(layer, _layers.GaussianNoise) and layer.stddev == 0,
        "it leaves the shape as it is": isinstance(layer, _SHAPING) and len({*shapes}) == 1,
        "it pools one place": isinstance(layer, _POOLING) and _pools_one(layer, call),
    }
    return next((reason for reason, holds in told.items() if holds), None)


def _pools_one(layer: KerasPart, call: KerasPart) -> bool:
    before, after = (tuple(found[0].shape) for found in (call.input_tensors, call.output_tensors))
    places = before[2:] if layer.data_format == "channels_first" else before[1:-1]
    return before == after and ({*layer.pool_size} == {1} or (layer.padding == "same" and {*places} == {1}))
