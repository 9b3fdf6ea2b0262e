"""Training on inputs that were measured badly."""

from dataclasses import replace

import numpy as np

from experiments.tasks.task import Data


def feature_noise(data: Data, classes: int | None, generator: np.random.Generator, *, feature_noise: float) -> Data:
    """Data with Gaussian noise on the training inputs, x `[examples, …]` float32.

    feature_noise: its standard deviation, in standard deviations of the feature over the training examples, 0 or more;
    so a feature that does not vary gets none. Another level scales the same draws. Validation and test inputs stay as
    they are. A recipe whose target is the input learns the noisy one.

    >>> from experiments.tasks.moons import moons
    >>> clean = moons(n=10_000).draw(0)
    >>> noise = feature_noise(clean, 2, np.random.default_rng(0), feature_noise=0.5).x - clean.x
    >>> bool(np.allclose(noise[clean.train].std(axis=0), clean.x[clean.train].std(axis=0) / 2, rtol=0.03))
    True
    >>> int(abs(noise[clean.test]).sum())
    0
    """
    noise = generator.standard_normal(data.x.shape, dtype=np.float32)
    train = np.unique(data.train)
    spread = data.x[train].std(axis=0, dtype=float).astype(np.float32)
    x = data.x.astype(np.float32)
    x[train] += np.float32(feature_noise) * spread * noise[train]
    return replace(data, x=x, unchanged=data.examples)
