"""Optimizers."""

from custom.optimizers.moving_average_momentum import MovingAverageMomentum

__all__ = ["MovingAverageMomentum"]
