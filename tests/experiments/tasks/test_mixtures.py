import numpy as np
import pytest
from scipy.spatial.distance import cdist

from experiments.tasks.mixtures import grid25, ring


@pytest.mark.parametrize(
    ("task", "count", "apart"), [(ring(n=4000), 8, 4 * np.sin(np.pi / 8)), (grid25(n=5000), 25, 2)]
)
def test_points_lie_around_all_centres_alike(task, count, apart):
    data = task.draw(0)
    centres, spread = task.modes.centres, task.modes.spread
    distances = cdist(centres, centres)
    assert len(centres) == count and distances[distances > 0].min() == pytest.approx(apart)
    nearest = cdist(data.x, centres).argmin(axis=1)
    assert np.ptp(np.bincount(nearest, minlength=count)) <= 1
    away = data.x - centres[nearest]
    assert away.std() == pytest.approx(spread, rel=0.03) and np.abs(away).max() < 6 * spread
    for part in (data.train, data.validation, data.test):
        assert np.ptp(np.bincount(nearest[part], minlength=count)) <= 1
    assert not data.y.any() and data.y.shape == (len(data.x), 1)


def test_the_ring_has_radius_2_and_the_grid_its_corners():
    np.testing.assert_allclose(np.hypot(*ring().modes.centres.T), 2)
    assert {(-4.0, -4.0), (4.0, -4.0), (0.0, 0.0)} <= {*map(tuple, grid25().modes.centres.tolist())}
