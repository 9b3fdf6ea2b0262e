"""Hard tanh against NumPy's clip, with the gradient of the closed range."""

import keras
import numpy as np
import pytest
from keras import ops

from custom.activations import hard_tanh
from tests.custom.support import (
    COMPILED,
    DTYPES,
    POINTS,
    assert_close,
    cast,
    central_difference,
    representable,
    value_and_gradient,
    wide_floats,
)


@COMPILED
@pytest.mark.parametrize("dtype", DTYPES)
def test_value_and_gradient(dtype, compiled):
    with wide_floats():
        x, held = cast(representable(POINTS, dtype), dtype)
        value, gradient = value_and_gradient(hard_tanh, x, compiled=compiled)
    assert_close(value, np.clip(held, -1, 1), dtype)
    # 1 at ±1 too: the range is closed
    np.testing.assert_array_equal(gradient, (np.abs(held) <= 1).astype("float64"))


def test_bounds():
    x = np.linspace(-3, 9, 25, dtype="float32")
    value, gradient = value_and_gradient(lambda x: hard_tanh(x, min_value=0.0, max_value=6.0), x)
    np.testing.assert_array_equal(value, np.clip(x, 0, 6))
    np.testing.assert_array_equal(gradient, ((x >= 0) & (x <= 6)).astype("float32"))


def test_bounds_as_tensors_take_the_gradient_of_what_they_hold_back():
    x = ops.convert_to_tensor(np.array([-5.0, -4.0, 0.0, 7.0], "float32"))
    value, low = value_and_gradient(lambda low: hard_tanh(x, min_value=low, max_value=1.0), np.float32(-2.0))
    np.testing.assert_array_equal(value, [-2, -2, 0, 1])
    assert low == 2.0
    _, high = value_and_gradient(lambda high: hard_tanh(x, min_value=-2.0, max_value=high), np.float32(1.0))
    assert high == 1.0


def test_bounds_a_row_of_their_own():
    x = np.array([[-5.0, 0.2, 5.0]] * 2, "float32")
    value = hard_tanh(x, min_value=np.array([[-1.0], [-2.0]]), max_value=np.array([[1.0], [0.1]]))
    np.testing.assert_allclose(value, [[-1, 0.2, 1], [-2, 0.1, 0.1]], rtol=1e-6)


def test_central_differences_away_from_the_kinks():
    x = np.array([-2.0, -0.9, -0.1, 0.0, 0.3, 0.7, 1.5])
    with wide_floats():
        _, gradient = value_and_gradient(hard_tanh, ops.convert_to_tensor(x, dtype="float64"))
    np.testing.assert_allclose(gradient, central_difference(hard_tanh, x), atol=1e-9)


def test_not_a_number_stays_so():
    assert np.isnan(np.asarray(hard_tanh([float("nan")])))[0]


def test_integers_become_floats():
    assert keras.backend.standardize_dtype(hard_tanh([-3, 0, 3]).dtype) == "float32"


def test_as_an_activation_by_name_and_by_object():
    by_object = keras.layers.Dense(2, activation=hard_tanh)
    by_name = keras.layers.Dense.from_config(by_object.get_config())
    assert by_name.activation is hard_tanh
    assert keras.saving.get_registered_name(hard_tanh) == "custom>hard_tanh"
    output = by_object(10 * np.ones((1, 3), "float32"))
    assert np.max(np.abs(np.asarray(output))) <= 1.0
