"""Callbacks."""

from custom.callbacks.stop_on_divergence import StopOnDivergence
from custom.callbacks.telemetry import Telemetry

__all__ = ["StopOnDivergence", "Telemetry"]
