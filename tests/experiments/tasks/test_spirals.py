import numpy as np
import pytest

from experiments.tasks.spirals import spirals


@pytest.mark.parametrize("turns", [0.5, 2.0])
def test_points_lie_on_their_spiral(turns):
    data = spirals(turns=turns, noise=0.0).draw(0)
    x, y = data.x.astype(np.float64).T
    radius = np.hypot(x, y)
    angle = np.arctan2(y, x) - np.pi * data.y
    off = np.mod(angle - 2 * np.pi * turns * radius + np.pi, 2 * np.pi) - np.pi
    np.testing.assert_allclose(off, 0.0, atol=1e-4)
    assert 0.98 < radius.max() <= 1.0 + 1e-6


def test_noise_is_the_standard_deviation():
    clean, noisy = spirals(n=8000, noise=0.0).draw(0), spirals(n=8000, noise=0.1).draw(0)
    assert np.std(noisy.x - clean.x) == pytest.approx(0.1, rel=0.02)
    np.testing.assert_array_equal(noisy.y, clean.y)
