import numpy as np
import pytest

from experiments.tasks.sine import sine


def test_targets_are_the_sine_plus_noise():
    data = sine(n=10000, noise=0.2).draw(0)
    residual = data.y - np.sin(2 * np.pi * data.x)
    np.testing.assert_allclose(data.truth, np.sin(2 * np.pi * data.x), atol=1e-6)
    assert residual.std() == pytest.approx(0.2, rel=0.03)
    assert abs(residual.mean()) < 4 * 0.2 / np.sqrt(10000)


def test_inputs_fill_the_interval():
    x = sine(n=2000).draw(0).x
    assert -1 <= x.min() < -0.99 < 0.99 < x.max() <= 1
