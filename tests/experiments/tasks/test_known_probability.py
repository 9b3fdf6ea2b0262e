import numpy as np
import pytest
from scipy.special import expit

from experiments.tasks.known_probability import known_probability


@pytest.mark.parametrize("features", [1, 2])
def test_labels_follow_the_known_probability(features):
    data = known_probability(n=40_000, features=features).draw(0)
    x = data.x.astype(float)
    expected = 0.3 * expit(-4 * x[:, 0] - 6) + 0.7 * expit(4 * x[:, features - 1] - 2)
    np.testing.assert_allclose(data.truth, expected, atol=1e-12)
    assert x.min() >= -3 and x.max() <= 3 and abs(x).max(axis=0).min() > 2.99
    # among examples of about the same probability so many are 1
    order = np.argsort(data.truth)
    shares, means = (values[order].reshape(20, -1).mean(axis=1) for values in (data.y, data.truth))
    error = np.sqrt(means * (1 - means) / (len(order) / 20))
    assert (np.abs(shares - means) < 4 * error).all()
    assert (means < 0.05).any() and (means > 0.69).any()
