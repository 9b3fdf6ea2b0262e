"""Trainers: a trial in, an outcome out."""
