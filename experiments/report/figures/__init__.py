"""One figure per file. A drawing takes a finished table and an axis, and computes nothing."""
