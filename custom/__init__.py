"""Keras parts for models of one's own; importing it registers them all, so that saved models load."""

from custom import activations, callbacks, constraints, layers, losses, models, optimizers, regularizers

__all__ = [
    "activations",
    "callbacks",
    "constraints",
    "layers",
    "losses",
    "models",
    "optimizers",
    "regularizers",
]
