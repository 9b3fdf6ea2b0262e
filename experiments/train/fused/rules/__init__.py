"""Stacking rules by Keras layer class. `register(MyLayer, Rule(...))` adds one for a layer of your own."""

import keras

from custom.layers import HardTanh, Perceptron, SparsityPenalty
from experiments.train.fused.rules import custom, elementwise, merge, noise, normalization, shape
from experiments.train.fused.rules.dense import RULE as DENSE
from experiments.train.fused.rules.rule import Rule, View

__all__ = ["Rule", "View", "register", "rule_of"]

_layers = keras.layers
_RULES: dict[type, Rule] = {
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
    HardTanh: custom.HARD_TANH,
    Perceptron: custom.PERCEPTRON,
    SparsityPenalty: custom.SPARSITY_PENALTY,
}


def register(layer: type, rule: Rule) -> None:
    """Give a layer class a stacking rule; a class inherits none, for what it overrides can't be known."""
    _RULES[layer] = rule


def rule_of(layer: object) -> Rule | None:
    """The rule of a layer's own class, or None."""
    return _RULES.get(type(layer))
