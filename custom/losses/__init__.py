"""Losses."""

from custom.losses.earth_mover import EarthMover, earth_mover
from custom.losses.huber import Huber, huber
from custom.losses.log_cosh import LogCosh, log_cosh
from custom.losses.wasserstein import Wasserstein, wasserstein

__all__ = [
    "EarthMover",
    "Huber",
    "LogCosh",
    "Wasserstein",
    "earth_mover",
    "huber",
    "log_cosh",
    "wasserstein",
]
