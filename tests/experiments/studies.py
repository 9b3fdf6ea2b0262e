"""Tiny studies for tests."""

from typing import Any

import numpy as np

from experiments.study.study import Study
from experiments.study.study_table import read
from experiments.tasks import Data, Task


def tiny(**changes: Any) -> Study:
    """Two activations on XOR, one hidden layer of 4, two epochs, two seeds. changes: of keys, None takes one out."""
    table: dict[str, Any] = {
        "name": "tiny",
        "task": {"name": "xor", "n": 60},
        "seeds": 2,
        "epochs": 2,
        "batch_size": 16,
        "model": {"units": [4]},
        "factors": {"activation": ["relu", "tanh"]},
    }
    return read({key: value for key, value in (table | changes).items() if value is not None})


def classes(count: int = 3, examples: int = 40, seed: int = 0, scale: float = 1.0) -> tuple[Task, Data]:
    """A softmax task of `count` classes in 4 dimensions, with its data; the training part has 23 examples."""
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(examples, 4)).astype(np.float32)
    y = generator.integers(0, count, examples)
    order = np.arange(examples)
    data = Data(x, y, order[:23], order[23:31], order[31:], scale)
    return Task("softmax", (4,), count, lambda _: data), data


def named(study, name="activation"):
    """The seed of every trial, and the label of a setting."""
    return [(trial.seed, study.labels(trial.settings)[name]) for trial in study.trials]
