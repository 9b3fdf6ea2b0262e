"""Activations."""

from custom.activations.hard_tanh import hard_tanh
from custom.activations.heaviside import heaviside

__all__ = ["hard_tanh", "heaviside"]
