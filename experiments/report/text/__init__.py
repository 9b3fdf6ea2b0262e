"""Sentences of a page."""
