import numpy as np
import pytest

from experiments.tasks.moons import moons


def test_half_circles_of_radius_one():
    data = moons(noise=0.0).draw(0)
    np.testing.assert_allclose(np.linalg.norm(data.x[data.y == 0], axis=1), 1.0, rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(data.x[data.y == 1] - [1.0, 0.5], axis=1), 1.0, rtol=1e-5)


def test_noise_is_the_standard_deviation():
    clean, noisy = moons(n=6000, noise=0.0).draw(0), moons(n=6000, noise=0.2).draw(0)
    assert np.std(noisy.x - clean.x) == pytest.approx(0.2, rel=0.03)
