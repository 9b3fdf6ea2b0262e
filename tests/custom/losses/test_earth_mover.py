"""The earth mover's distance against SciPy's."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy.stats import wasserstein_distance

from custom.losses import EarthMover, earth_mover
from tests.custom.support import TOLERANCE, cast, central_difference, value_and_gradient, wide_floats


def distributions(seed, shape):
    return np.random.default_rng(seed).dirichlet(np.ones(shape[-1]), shape[:-1])


@pytest.mark.parametrize("classes", [2, 3, 10, 100])
def test_exponent_1_is_scipys(classes):
    p, q = distributions(0, (2, 20, classes))
    places = np.arange(classes)
    expected = [wasserstein_distance(places, places, a, b) for a, b in zip(p, q, strict=True)]
    np.testing.assert_allclose(earth_mover(p.astype("float32"), q.astype("float32")), expected, rtol=2e-6)


@pytest.mark.parametrize("exponent", [1, 2])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_against_sums_in_float64(exponent, dtype):
    with wide_floats():
        y, held_y = cast(distributions(1, (20, 7)), dtype)
        p, held_p = cast(distributions(2, (20, 7)), dtype)
        value, gradient = value_and_gradient(lambda p: earth_mover(y, p, exponent=exponent), p)
    difference = np.cumsum(held_p - held_y, axis=-1)
    expected = (np.abs(difference) ** exponent).sum(axis=-1)
    slope = np.sign(difference) if exponent == 1 else 2 * difference
    # the gradient in class j is the sum of the slopes from j on
    expected_gradient = np.cumsum(slope[:, ::-1], axis=-1)[:, ::-1]
    np.testing.assert_allclose(value, expected, rtol=4 * TOLERANCE[dtype])
    # the last difference is 0 but for rounding, and its sign with it: leave it out of the comparison at
    # exponent 1
    if exponent == 2:
        np.testing.assert_allclose(gradient, expected_gradient, rtol=0, atol=16 * TOLERANCE[dtype])


def test_gradient_at_exponent_1():
    y = np.array([[1.0, 0.0, 0.0]], "float32")
    p = np.array([[0.25, 0.5, 0.25]], "float32")
    value, gradient = value_and_gradient(lambda p: earth_mover(y, p), p)
    # differences −0.75, −0.25, 0: slopes −1, −1, 0, summed from the class on
    assert value[0] == 1.0
    np.testing.assert_array_equal(gradient, [[-2.0, -1.0, 0.0]])


@pytest.mark.parametrize("exponent", [1, 2])
def test_one_hot_labels_cost_the_distance_in_classes(exponent):
    eye = np.eye(5, dtype="float32")
    for true in range(5):
        for guess in range(5):
            value = earth_mover(eye[[true]], eye[[guess]], exponent=exponent)
            assert float(value[0]) == abs(true - guess)


def test_equal_distributions_cost_nothing_and_take_a_finite_gradient():
    p = distributions(3, (4, 6)).astype("float32")
    for exponent in (1, 2):
        value, gradient = value_and_gradient(lambda q, e=exponent: earth_mover(p, q, exponent=e), p)
        np.testing.assert_array_equal(value, np.zeros(4))
        np.testing.assert_array_equal(gradient, np.zeros((4, 6)))


@pytest.mark.parametrize("exponent", [1, 2])
def test_central_differences(exponent):
    y, p = distributions(4, (2, 3, 4))
    p = p * 0.9  # off the simplex, so that no difference sits on the kink

    def loss(p):
        return earth_mover(y, p, exponent=exponent)

    with wide_floats():
        _, gradient = value_and_gradient(loss, ops.convert_to_tensor(p, dtype="float64"))
    np.testing.assert_allclose(gradient, central_difference(loss, p), atol=1e-8)


def test_leading_axes_stay():
    y, p = distributions(5, (2, 3, 5, 4)).astype("float32")
    value = EarthMover(exponent=2).call(y, p)
    assert tuple(value.shape) == (3, 5)
    for trial in range(3):
        np.testing.assert_array_equal(value[trial], earth_mover(y[trial], p[trial], exponent=2))


def test_integer_classes_are_refused():
    with pytest.raises(ValueError, match="one-hot"):
        earth_mover(np.array([0, 2]), np.full((2, 3), 1 / 3, "float32"))


def test_configuration():
    config = EarthMover(exponent=2).get_config()
    assert config["exponent"] == 2
    assert keras.losses.get({"class_name": "custom>EarthMover", "config": config}).exponent == 2


@pytest.mark.parametrize("exponent", [0, 3, 1.0, 1.5, True, "1", float("nan"), None])
def test_wrong_exponent(exponent):
    for make in (EarthMover, lambda exponent: earth_mover([[1.0]], [[1.0]], exponent=exponent)):
        with pytest.raises(ValueError) as error:
            make(exponent=exponent)
        assert f"exponent: got {exponent!r}, expected 1 or 2; try exponent=" in str(error.value)
