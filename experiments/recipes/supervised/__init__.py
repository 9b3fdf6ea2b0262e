"""Learning targets from examples: classes, or values."""
