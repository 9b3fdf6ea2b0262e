"""A linear regression of which it is known what matters, among features that resemble one another."""

import math
from functools import partial

import numpy as np

from experiments.errors import RequestError
from experiments.study.seeds import stream
from experiments.tasks.split import split
from experiments.tasks.task import Data, Task


def correlated_features(
    *,
    n: int = 400,
    features: int = 30,
    informative: int = 6,
    group: int = 3,
    correlation: float = 0.9,
    noise: float = 0.5,
) -> Task:
    """y is the sum of the first features, scaled to variance 1, plus noise. x `[n, features]`, y `[n, 1]` float32.

    x_j = √ρ g_j + √(1 − ρ) e_j, all normal with variance 1, where g is shared by `group` neighbours: two of a group
    correlate by ρ, two of different groups by 0. y = Σ_{j < informative} x_j / s + noise · ε, s the standard deviation
    of the sum, so that the noise weighs the same at every ρ. `Task.support` has the informative features, the truth is
    y without noise.

    n: how many examples. features, informative, group: 1 or more. correlation: ρ, 0 to below 1. noise: standard
    deviation, in units of the noise-free target's, 0 or more. Everything is drawn by the seed, ρ and noise change no
    draw; 60 % train, 20 % validate, 20 % test.

    Raises RequestError where more features are informative than there are.

    Source: after the grouped features of Zou and Hastie 2005, "Regularization and variable selection via the elastic
    net", section 5.

    >>> task = correlated_features(correlation=0.5)
    >>> x = task.draw(0).x
    >>> x.shape, task.support
    ((400, 30), (0, 1, 2, 3, 4, 5))
    """
    if informative > features:
        raise RequestError(f"informative: got {informative} of {features} features, allowed are 1 to {features}")
    draw = partial(_draw, n, features, informative, group, correlation, noise)
    metrics = ("mean_absolute_error", "mean_squared_error", "support_recall")
    return Task("linear", (features,), 1, draw, metrics, support=tuple(range(informative)))


def _draw(n: int, features: int, informative: int, group: int, correlation: float, noise: float, seed: int) -> Data:
    generator = np.random.default_rng(stream(seed, "correlated_features", "examples"))
    groups = np.arange(features) // group
    common = generator.standard_normal((n, groups[-1] + 1))[:, groups]
    own, error = generator.standard_normal((n, features)), generator.standard_normal((n, 1))
    x = math.sqrt(correlation) * common + math.sqrt(1 - correlation) * own
    sizes = np.bincount(groups[:informative])
    deviation = math.sqrt(informative + correlation * (sizes * (sizes - 1)).sum())
    truth = x[:, :informative].sum(axis=1, keepdims=True) / deviation
    y = truth + noise * error
    return Data(x.astype(np.float32), y.astype(np.float32), *split(n, seed), truth=truth)
