"""ElasticNet against NumPy in float64."""

import keras
import numpy as np
import pytest
from keras import ops

from custom.regularizers import ElasticNet, elastic_net
from tests.custom.support import central_difference, value_and_gradient, wide_floats

W = np.random.default_rng(0).normal(size=(30, 20))


@pytest.mark.parametrize(("l1", "l2"), [(0.1, 0.2), (0.1, 0.0), (0.0, 0.2), (0.0, 0.0), (5e-5, 5e-5)])
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-6), ("float64", 1e-14)])
def test_value_and_gradient(l1, l2, dtype, tolerance):
    with wide_floats():
        w = ops.convert_to_tensor(W.astype(dtype))
        value, gradient = value_and_gradient(ElasticNet(l1, l2), w)
    held = W.astype(dtype).astype("float64")
    np.testing.assert_allclose(value, l1 * np.abs(held).sum() + l2 * (held**2).sum(), rtol=tolerance)
    np.testing.assert_allclose(gradient, l1 * np.sign(held) + 2 * l2 * held, rtol=tolerance)


def test_zero_weights_take_no_gradient():
    _, gradient = value_and_gradient(ElasticNet(1.0, 1.0), np.zeros((2, 2), "float32"))
    np.testing.assert_array_equal(gradient, np.zeros((2, 2)))


def test_huge_weights_without_a_square():
    value, gradient = value_and_gradient(ElasticNet(1.0, 0.0), np.array([1e30, -1e30], "float32"))
    assert value == pytest.approx(2e30)
    np.testing.assert_array_equal(gradient, [1, -1])


def test_central_differences():
    w = W[:3, :3]

    def penalty(w):
        return elastic_net(w, l1=0.3, l2=0.4)

    with wide_floats():
        _, gradient = value_and_gradient(penalty, ops.convert_to_tensor(w, dtype="float64"))
    np.testing.assert_allclose(gradient, central_difference(penalty, w), rtol=1e-7)


def test_in_a_layer_it_is_added_unscaled():
    layer = keras.layers.Dense(3, kernel_regularizer=ElasticNet(0.1, 0.2))
    layer(np.ones((16, 4), "float32"))
    kernel = np.asarray(layer.kernel).astype("float64")
    expected = 0.1 * np.abs(kernel).sum() + 0.2 * (kernel**2).sum()
    assert float(layer.losses[0]) == pytest.approx(expected, rel=1e-6)


def test_configuration():
    config = ElasticNet(np.float32(0.5), 1).get_config()
    assert config == {"l1": 0.5, "l2": 1.0}
    assert type(config["l1"]) is float
    named = keras.regularizers.get({"class_name": "custom>ElasticNet", "config": config})
    assert named.get_config() == config


@pytest.mark.parametrize("name", ["l1", "l2"])
@pytest.mark.parametrize("value", [-1e-4, float("nan"), float("inf"), True, "1e-4", None])
def test_wrong_arguments(name, value):
    with pytest.raises(ValueError) as error:
        ElasticNet(**{name: value})
    assert f"{name}: got {value!r}, expected a finite number of at least 0; try {name}=1e-4" in str(error.value)
