"""What a model costs: parameters, bytes on disk, and time to answer."""

import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np


def bytes_on_disk(model: keras.Model) -> int:
    """The size of a model as a `.keras` file."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "model.keras"
        model.save(place)
        return place.stat().st_size


def latencies(models: Sequence[keras.Model], repeats: int, batch: int) -> list[float]:
    """The median time of each model for a batch, in milliseconds.

    The models take turns, so that whatever else the machine does falls on all of them alike. The first round, which
    compiles, does not count.

    repeats: rounds, at least 1. batch: examples, at least 1.
    """
    inputs = [_examples(model, batch) for model in models]
    times: list[list[float]] = [[] for _ in models]
    for turn in range(repeats + 1):
        for model, given, own in zip(models, inputs, times, strict=True):
            start = time.perf_counter()
            model.predict_on_batch(given)
            if turn:
                own.append(1000 * (time.perf_counter() - start))
    return [statistics.median(own) for own in times]


def _examples(model: keras.Model, batch: int) -> list[np.ndarray] | np.ndarray:
    found = [
        np.zeros((batch, *(size or 8 for size in tensor.shape[1:])), dtype=tensor.dtype) for tensor in model.inputs
    ]
    return found[0] if len(found) == 1 else found
