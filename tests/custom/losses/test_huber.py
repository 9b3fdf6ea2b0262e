"""Huber's loss against its definition in float64."""

import keras
import numpy as np
import pytest
from keras import ops

from custom.losses import Huber, huber
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

DELTAS = [1e-3, 0.5, 1.0, 1.35, 300.0]


def definition(error, delta):
    absolute = np.abs(error)
    # squares of errors beyond delta may overflow; they are not used
    with np.errstate(over="ignore"):
        return np.where(absolute <= delta, 0.5 * error**2, delta * (absolute - 0.5 * delta))


def slope(error, delta):
    return np.clip(error, -delta, delta)


@COMPILED
@pytest.mark.parametrize("delta", DELTAS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_value_and_gradient(dtype, delta, compiled):
    with wide_floats():
        points = representable(np.concatenate([POINTS, [delta, -delta]]), dtype)
        x, held = cast(points[:, None], dtype)
        _, delta = cast(delta, dtype)
        zero = ops.zeros_like(x)
        value, gradient = value_and_gradient(lambda x: huber(zero, x, delta=delta), x, compiled=compiled)
    assert_close(value, definition(held, delta)[:, 0], dtype)
    assert_close(gradient, slope(held, delta), dtype)


def test_limits():
    error = np.array([[0.3], [-2.0]], "float32")
    np.testing.assert_allclose(huber(0 * error, error, delta=1e6), 0.5 * error[:, 0] ** 2, rtol=1e-6)
    small = 1e-6
    np.testing.assert_allclose(np.asarray(huber(0 * error, error, delta=small)) / small, np.abs(error[:, 0]), rtol=1e-5)


def test_central_differences():
    x = np.array([[0.3, -0.9], [1.5, -4.0], [0.0, 0.7]])

    def loss(x):
        return huber(ops.zeros_like(x), x, delta=0.8)

    with wide_floats():
        _, gradient = value_and_gradient(loss, ops.convert_to_tensor(x, dtype="float64"))
    np.testing.assert_allclose(gradient, central_difference(loss, x), atol=1e-9)


def test_a_delta_for_each_trial():
    rng = np.random.default_rng(0)
    y, prediction = rng.normal(size=(2, 3, 5, 4)).astype("float32") * 2
    deltas = np.array([0.1, 1.0, 10.0], "float32")[:, None, None]
    value = np.asarray(huber(y, prediction, delta=deltas))
    assert value.shape == (3, 5)
    np.testing.assert_allclose(value, definition((prediction - y).astype("float64"), deltas).mean(axis=-1), rtol=1e-6)


def test_delta_takes_a_gradient():
    error = np.array([[0.5, 3.0, -5.0]], "float32")
    _, gradient = value_and_gradient(lambda delta: huber(0 * error, error, delta=delta), np.float32(2.0))
    # d/dδ of δ(|e| − ½δ) is |e| − δ beyond delta, 0 within; the mean over three
    assert gradient == pytest.approx((1 + 3) / 3)


def test_second_derivative_is_one_within_delta_and_zero_beyond():
    def slope_of(x):
        return huber(ops.zeros_like(x), x, delta=1.0)

    points = np.array([[0.5], [3.0]])
    with wide_floats():
        x = ops.convert_to_tensor(points, dtype="float64")
        step = 1e-4
        _, above = value_and_gradient(slope_of, x + step)
        _, below = value_and_gradient(slope_of, x - step)
    np.testing.assert_allclose((above - below) / (2 * step), [[1.0], [0.0]], atol=1e-9)


def test_configuration_keeps_delta():
    config = Huber(delta=np.float32(0.5), name="mine", reduction="sum", dtype="float64").get_config()
    assert config == {"delta": 0.5, "name": "mine", "reduction": "sum", "dtype": "float64"}
    assert type(config["delta"]) is float
    copy = keras.losses.get({"class_name": "custom>Huber", "config": config})
    assert copy.delta == 0.5 and copy.get_config() == config


@pytest.mark.parametrize("delta", [0, -1.0, float("nan"), float("inf"), True, "1", None])
def test_wrong_delta(delta):
    with pytest.raises(ValueError) as error:
        Huber(delta=delta)
    assert f"delta: got {delta!r}, expected a finite number above 0; try delta=1.0" in str(error.value)
