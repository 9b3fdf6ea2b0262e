"""Layers."""

from custom.layers.hard_tanh import HardTanh
from custom.layers.perceptron import Perceptron
from custom.layers.sparsity_penalty import SparsityPenalty

__all__ = ["HardTanh", "Perceptron", "SparsityPenalty"]
