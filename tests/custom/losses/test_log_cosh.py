"""Log-cosh against mpmath: right for tiny errors, finite for huge ones."""

import keras
import mpmath
import numpy as np
import pytest
from keras import ops

from custom.losses import LogCosh, log_cosh
from tests.custom.support import (
    COMPILED,
    DTYPES,
    POINTS,
    assert_close,
    cast,
    central_difference,
    precise,
    representable,
    value_and_gradient,
    wide_floats,
)


def definition(error):
    # cosh of a huge number has no exponent even in mpmath's hands worth waiting for
    if abs(error) > 1e5:
        return abs(error) - mpmath.log(2)
    # 40 digits are lost against the 1 of cosh for tiny errors
    with mpmath.workdps(120):
        return mpmath.log(mpmath.cosh(error))


def of_error(x):
    return log_cosh(ops.zeros_like(x), x)


@COMPILED
@pytest.mark.parametrize("dtype", DTYPES)
def test_value_and_gradient(dtype, compiled):
    with wide_floats():
        x, held = cast(representable(POINTS, dtype)[:, None], dtype)
        value, gradient = value_and_gradient(of_error, x, compiled=compiled)
    assert_close(value, precise(definition, held)[:, 0], dtype)
    assert_close(gradient, np.tanh(held), dtype)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-6), ("float64", 1e-13)])
def test_a_fine_grid(dtype, tolerance):
    # XLA's tanh is off by tens of roundings in float64
    points = np.concatenate([np.geomspace(1e-15, 1e4, 400), np.linspace(0.5, 1.5, 101)])
    with wide_floats():
        x, held = cast(points[:, None], dtype)
        value, gradient = value_and_gradient(of_error, x)
    np.testing.assert_allclose(value, precise(definition, held)[:, 0], rtol=tolerance)
    np.testing.assert_allclose(gradient, precise(mpmath.tanh, held), rtol=tolerance)


def test_even_and_its_gradient_odd():
    x = np.random.default_rng(0).normal(size=(100, 1)).astype("float32") * 3
    value, gradient = value_and_gradient(of_error, x)
    mirrored, mirrored_gradient = value_and_gradient(of_error, -x)
    np.testing.assert_allclose(value, mirrored, rtol=5e-7)
    np.testing.assert_allclose(gradient, -mirrored_gradient, rtol=5e-7)


def test_central_differences():
    x = np.array([[0.0, 1e-3], [0.5, -0.99], [1.5, -4.0]])
    with wide_floats():
        _, gradient = value_and_gradient(of_error, ops.convert_to_tensor(x, dtype="float64"))
    np.testing.assert_allclose(gradient, central_difference(of_error, x), atol=1e-9)


def test_second_derivative_at_zero_is_one():
    with wide_floats():
        x = ops.convert_to_tensor(np.zeros((1, 1)), dtype="float64")
        _, above = value_and_gradient(of_error, x + 1e-4)
        _, below = value_and_gradient(of_error, x - 1e-4)
    assert (above - below)[0, 0] / 2e-4 == pytest.approx(1.0, rel=1e-7)


def test_leading_axes_stay():
    y, prediction = np.random.default_rng(0).normal(size=(2, 3, 5, 4))
    value = np.asarray(LogCosh().call(y.astype("float32"), prediction.astype("float32")))
    assert value.shape == (3, 5)
    np.testing.assert_allclose(value, np.log(np.cosh(prediction - y)).mean(axis=-1), rtol=1e-5)


def test_configuration():
    config = LogCosh(name="mine", reduction="none").get_config()
    assert config == {"name": "mine", "reduction": "none", "dtype": None}
    copy = keras.losses.get({"class_name": "custom>LogCosh", "config": config})
    assert isinstance(copy, LogCosh) and copy.get_config() == config
