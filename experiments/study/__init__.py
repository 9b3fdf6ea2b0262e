"""The declared experiment: its file, its cells, its trials, and what may be named in it."""
