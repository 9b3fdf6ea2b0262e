"""Ablation of a model that exists: layers, inputs, activations, regularizers and widths, taken away one at a time."""
