"""How good generated examples are: their distance to real ones, the modes that they cover, the classes that they show.

Every score takes generated examples `[examples, …]` and what real ones are known by.
"""

from functools import lru_cache

import numpy as np
from scipy.stats import wasserstein_distance

from experiments.tasks import Modes

_DIRECTIONS = 64  # along which examples of several features are compared
_NEAR = 3.0  # spreads within which an example belongs to a mode


def earth_mover_distance(generated: np.ndarray, real: np.ndarray) -> float:
    """The earth mover's distance between two samples; of several features the mean along 64 fixed directions.

    W₁ = ∫ |F(t) − G(t)| dt for one feature, F and G the samples' distribution functions; "sliced" for several: the
    mean of W₁ between the samples' projections on unit vectors.

    generated, real: `[examples, …]`, finite. In the unit of a feature, 0 or more.

    >>> earth_mover_distance(np.zeros((3, 1)), np.ones((5, 1)))
    1.0

    Source: J. Rabin and others, Wasserstein barycenter and its application to texture mixing (2011).
    """
    generated, real = (sample.reshape(len(sample), -1).astype(np.float64) for sample in (generated, real))
    directions = _directions(real.shape[1])
    ours, theirs = generated @ directions, real @ directions
    if len(ours) == len(theirs):
        return float(np.mean(np.abs(np.sort(ours, axis=0) - np.sort(theirs, axis=0))))
    return float(np.mean([wasserstein_distance(a, b) for a, b in zip(ours.T, theirs.T, strict=True)]))


@lru_cache(maxsize=8)
def _directions(features: int) -> np.ndarray:
    """Unit vectors, `[features, 64]`; of one feature the only one there is."""
    if features == 1:
        return np.ones((1, 1))
    drawn = np.random.default_rng(0).standard_normal((features, _DIRECTIONS))
    return drawn / np.linalg.norm(drawn, axis=0)


def high_quality(generated: np.ndarray, modes: Modes) -> float:
    """The share of examples that lie within three spreads of a mode's centre.

    >>> high_quality(np.array([[0.0], [2.9], [3.1], [9.0]]), Modes(np.zeros((1, 1)), 1.0))
    0.5

    Source: A. Srivastava and others, VEEGAN: reducing mode collapse in GANs (2017).
    """
    return float(np.mean(_nearest(generated, modes)[1]))


def modes_covered(generated: np.ndarray, modes: Modes) -> float:
    """The share of modes with an example within three spreads of the centre that is nearer to no other centre.

    >>> modes_covered(np.array([[0.1], [0.2]]), Modes(np.array([[0.0], [5.0]]), 1.0))
    0.5

    Source: L. Metz and others, Unrolled generative adversarial networks (2017).
    """
    place, near = _nearest(generated, modes)
    return len(np.unique(place[near])) / len(modes.centres)


def _nearest(generated: np.ndarray, modes: Modes) -> tuple[np.ndarray, np.ndarray]:
    """The place of each example's nearest centre, and whether it is near enough to belong to it."""
    distances = np.linalg.norm(generated.reshape(len(generated), 1, -1) - modes.centres[None], axis=-1)
    place = distances.argmin(axis=1)
    return place, distances[np.arange(len(place)), place] <= _NEAR * modes.spread


def class_distance(classes: np.ndarray, shares: np.ndarray) -> float:
    """Half the sum of the absolute differences between two distributions over classes (total variation).

    classes: of generated examples, as a classifier of real ones tells them, whole numbers from 0. shares: `[classes]`,
    of real examples. From 0, as often as among real ones, to 1.

    >>> class_distance(np.array([0, 0, 0, 1]), np.array([0.5, 0.5]))
    0.25
    """
    found = np.bincount(classes, minlength=len(shares)) / len(classes)
    return float(np.abs(found - shares).sum() / 2)
