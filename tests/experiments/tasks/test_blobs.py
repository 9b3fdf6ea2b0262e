import numpy as np
import pytest

from experiments.tasks.blobs import blobs


@pytest.mark.parametrize("classes", [2, 3, 20])
def test_neighbouring_centres_are_four_apart_at_every_count(classes):
    task = blobs(n=100, classes=classes, noise=0.0)
    data = task.draw(0)
    centres = np.stack([data.x[data.y == label][0] for label in range(classes)])
    apart = np.linalg.norm(centres - np.roll(centres, 1, axis=0), axis=1)
    assert task.outputs == classes
    np.testing.assert_allclose(apart, 4.0, rtol=1e-5)


def test_noise_is_the_standard_deviation():
    data = blobs(n=6000, noise=0.5).draw(0)
    assert data.x[data.y == 1].std(axis=0) == pytest.approx([0.5, 0.5], rel=0.05)
