"""Constraints."""

from custom.constraints.soft_threshold import SoftThreshold, soft_threshold
from custom.constraints.weight_clip import WeightClip, weight_clip

__all__ = ["SoftThreshold", "WeightClip", "soft_threshold", "weight_clip"]
