"""Sections of a study's page: each takes findings and gives a `Section`, or None where it has nothing to show."""
