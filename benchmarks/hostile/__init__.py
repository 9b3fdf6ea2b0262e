"""Worlds in which the truth is known, and the reading of pages in them; `worlds.py` is the command."""
