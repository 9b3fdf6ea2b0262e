"""Stacking rules of Keras' layers, and of those of `custom`."""

import keras

from custom.layers import HardTanh, Perceptron, SparsityPenalty
from experiments.recipes.registry import Registry
from experiments.train.fused.rules.layers import (
    convolution,
    custom,
    elementwise,
    merge,
    noise,
    normalization,
    recurrent,
    shape,
)
from experiments.train.fused.rules.layers.dense import RULE as DENSE
from experiments.train.fused.rules.rule import Rule

_layers = keras.layers
LAYERS = Registry(
    Rule,
    {
        _layers.Dense: DENSE,
        _layers.Activation: elementwise.ACTIVATION,
        _layers.LeakyReLU: elementwise.LEAKY_RELU,
        _layers.ReLU: elementwise.AS_IT_IS,
        _layers.ELU: elementwise.AS_IT_IS,
        _layers.Identity: elementwise.AS_IT_IS,
        _layers.Rescaling: elementwise.AS_IT_IS,
        _layers.Softmax: elementwise.SOFTMAX,
        _layers.Dropout: noise.DROPOUT,
        _layers.GaussianNoise: noise.GAUSSIAN_NOISE,
        _layers.Flatten: shape.FLATTEN,
        _layers.Reshape: shape.RESHAPE,
        _layers.BatchNormalization: normalization.BATCH_NORMALIZATION,
        _layers.LayerNormalization: normalization.LAYER_NORMALIZATION,
        _layers.Add: merge.ELEMENTWISE,
        _layers.Subtract: merge.ELEMENTWISE,
        _layers.Multiply: merge.ELEMENTWISE,
        _layers.Average: merge.ELEMENTWISE,
        _layers.Maximum: merge.ELEMENTWISE,
        _layers.Minimum: merge.ELEMENTWISE,
        _layers.Concatenate: merge.CONCATENATE,
        _layers.Conv1D: convolution.CONVOLUTION,
        _layers.Conv2D: convolution.CONVOLUTION,
        **dict.fromkeys(
            (
                _layers.MaxPooling1D,
                _layers.MaxPooling2D,
                _layers.AveragePooling1D,
                _layers.AveragePooling2D,
                _layers.GlobalMaxPooling1D,
                _layers.GlobalMaxPooling2D,
                _layers.GlobalAveragePooling1D,
                _layers.GlobalAveragePooling2D,
                _layers.ZeroPadding2D,
                _layers.Cropping2D,
                _layers.UpSampling2D,
                _layers.Permute,
                _layers.RepeatVector,
            ),
            convolution.BY_EXAMPLE,
        ),
        _layers.SimpleRNN: recurrent.SIMPLE_RNN,
        _layers.LSTM: recurrent.LSTM,
        _layers.GRU: recurrent.GRU,
        HardTanh: custom.HARD_TANH,
        Perceptron: custom.PERCEPTRON,
        SparsityPenalty: custom.SPARSITY_PENALTY,
    },
)


def rule_of(layer: object) -> Rule | None:
    """The rule of a layer's own class, or None.

    >>> rule_of(keras.layers.Dense(1)).merges
    True
    """
    return LAYERS.rule_of(layer)


def known_rule(layer: object) -> Rule:
    """The rule of a layer that is in a stack already, so has one.

    >>> known_rule(keras.layers.Dense(1)).merges
    True
    """
    return LAYERS.rule_or_error(layer, f"the layer {type(layer).__name__}")
