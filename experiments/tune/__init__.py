"""Hyper-parameter search: keras-tuner's oracles propose, our trainers train."""
