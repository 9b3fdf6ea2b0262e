import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.preprocessing import StandardScaler

from experiments.tasks.load import load
from experiments.tasks.sealed import shared
from experiments.tasks.tables import diabetes

SOURCES = {"diabetes": load_diabetes, "breast_cancer": load_breast_cancer, "wine": load_wine}


@pytest.mark.parametrize("name", SOURCES)
def test_examples_are_scikit_learns_in_units_of_the_training_part(name):
    options = {"scaled": False} if name == "diabetes" else {}
    x, y = SOURCES[name](return_X_y=True, **options)
    data = load({"name": name}).draw(2)
    np.testing.assert_allclose(data.x, StandardScaler().fit(x[data.train]).transform(x), atol=1e-5)
    if name == "diabetes":
        np.testing.assert_allclose(75 * data.y[:, 0] + 150, y, atol=1e-4)
        assert abs(data.y.mean()) < 0.1 and abs(data.y.std() - 1) < 0.1
    else:
        np.testing.assert_array_equal(data.y, y)


@pytest.mark.parametrize("name", SOURCES)
def test_no_seed_trains_or_validates_on_what_tests(name):
    task = load({"name": name})
    draws = [task.draw(seed) for seed in range(20)]
    seen = np.unique(np.concatenate([part for data in draws for part in (data.train, data.validation)]))
    assert task.sealed and not np.isin(draws[0].test, seen).any()
    assert len(seen) + len(draws[0].test) == len(draws[0].y)
    # their numbers differ, for each is fitted to its own training part; that they are the same examples is known
    assert (draws[0].x != draws[1].x).any()
    assert shared(draws[0], draws[1]) == {"seeds": "resplit", "resplit": len(seen)}


def test_without_resampling_every_seed_has_the_fixed_split():
    first, second = (diabetes(resample=False).draw(seed) for seed in (3, 4))
    np.testing.assert_array_equal(first.x, second.x)
    np.testing.assert_array_equal(first.train, second.train)
