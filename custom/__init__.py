"""Keras parts for your own models; importing it registers them all, so that saved models load."""

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
