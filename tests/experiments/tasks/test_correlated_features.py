import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from experiments.errors import RequestError
from experiments.tasks.correlated_features import correlated_features


@pytest.mark.parametrize("correlation", [0.0, 0.6, 0.95])
def test_neighbours_correlate_and_others_do_not(correlation):
    x = correlated_features(n=40_000, features=8, group=3, correlation=correlation).draw(0).x
    expected = np.eye(8)
    for start in (0, 3, 6):
        expected[start : start + 3, start : start + 3] = correlation
    np.fill_diagonal(expected, 1)
    np.testing.assert_allclose(np.cov(x.T), expected, atol=0.03)


@pytest.mark.parametrize("correlation", [0.0, 0.9])
def test_the_support_and_nothing_else_makes_y(correlation):
    task = correlated_features(n=20_000, features=10, informative=4, correlation=correlation, noise=0.5)
    data = task.draw(0)
    found = LinearRegression().fit(data.x, data.y[:, 0]).coef_
    assert task.support == (0, 1, 2, 3)
    assert np.ptp(found[:4]) < 0.06 and found[:4].min() > 0.2  # equal ones
    np.testing.assert_allclose(found[4:], 0, atol=0.05)
    # the noise-free target has variance 1 at every correlation, and the noise weighs half of it
    assert data.truth.std() == pytest.approx(1, rel=0.03)
    assert (data.y - data.truth).std() == pytest.approx(0.5, rel=0.03)
    assert LinearRegression().fit(data.x, data.truth).score(data.x, data.truth) == pytest.approx(1)


def test_more_informative_features_than_there_are():
    with pytest.raises(RequestError, match="informative: got 6 of 5 features, allowed are 1 to 5"):
        correlated_features(features=5)
