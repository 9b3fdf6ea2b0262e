"""Scores of generated examples, against SciPy and by hand."""

import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from experiments.recipes.adversarial.scores import class_distance, earth_mover_distance, high_quality, modes_covered
from experiments.tasks import Modes

GENERATOR = np.random.default_rng(0)


@pytest.mark.parametrize("count", [50, 80])
def test_of_one_feature_the_distance_is_scipys(count) -> None:
    ours, theirs = GENERATOR.normal(size=50), GENERATOR.exponential(size=count)
    found = earth_mover_distance(ours[:, None], theirs[:, None])
    assert found == pytest.approx(wasserstein_distance(ours, theirs), rel=1e-12)


def test_of_several_features_it_is_the_mean_over_directions() -> None:
    # a shift by v moves every projection by |v·θ|, whose mean over directions in the plane is 2|v|/π
    x = GENERATOR.normal(size=(400, 2))
    assert earth_mover_distance(x, x) == 0
    assert earth_mover_distance(x + np.array([3.0, 4.0]), x) == pytest.approx(5 * 2 / np.pi, rel=0.1)
    images = x.reshape(100, 2, 4)
    assert earth_mover_distance(images, images[::-1]) == 0
    shorter = earth_mover_distance(x[:300], x)
    assert 0 < shorter < 0.2


def test_modes_and_quality_by_hand() -> None:
    modes = Modes(np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]]), 0.5)
    made = np.array([[0.0, 1.5], [0.0, 1.51], [9.0, 1.0], [5.0, 5.0]])
    assert high_quality(made, modes) == 0.5
    assert modes_covered(made, modes) == pytest.approx(2 / 3)
    assert modes_covered(made[1:2], modes) == 0


def test_classes_by_hand() -> None:
    shares = np.array([0.5, 0.25, 0.25])
    assert class_distance(np.array([0, 0, 1, 2]), shares) == 0
    assert class_distance(np.array([2, 2, 2, 2]), shares) == 0.75
