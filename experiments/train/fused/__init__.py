"""Fused training: many trials, stacked on leading axes (seed, cell), as one compiled program."""
