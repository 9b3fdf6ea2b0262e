import numpy as np
from sklearn.preprocessing import StandardScaler

from experiments.tasks import Data
from experiments.tasks.digest import digest_of_test_set
from experiments.tasks.standardized import standardize


def test_as_scikit_learn_has_it_fitted_to_the_training_part():
    x = np.random.default_rng(0).normal(5, [1, 20, 0], (60, 3))
    data = Data(x, np.arange(60) % 2, np.arange(30), np.arange(30, 40), np.arange(40, 60), scale=0.5)
    found = standardize(data)
    np.testing.assert_allclose(found.x, StandardScaler().fit(x[:30]).transform(x), atol=1e-5)
    assert (found.x.dtype, found.scale) == (np.float32, 1.0)
    # with another training part other numbers, but the same examples
    other = standardize(Data(x, data.y, np.arange(10, 40), np.arange(10), data.test, scale=0.5))
    assert (found.x != other.x).any() and digest_of_test_set(found) == digest_of_test_set(other)
