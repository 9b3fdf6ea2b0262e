"""Conversions."""

import keras
import numpy as np
import pytest
from keras import ops

from custom.tensors import absolute, as_float, at_least_float32, concrete, mean, tanh
from tests.custom.support import (
    DTYPES,
    POINTS,
    TOLERANCE,
    assert_close,
    cast,
    representable,
    value_and_gradient,
    wide_floats,
)


def test_as_float():
    assert keras.backend.standardize_dtype(as_float([1, 2]).dtype) == "float32"
    assert keras.backend.standardize_dtype(as_float(np.array([True])).dtype) == "float32"
    assert keras.backend.standardize_dtype(as_float(ops.cast([1.0], "bfloat16")).dtype) == "bfloat16"


def test_at_least_float32():
    for dtype in ("float16", "bfloat16", "float32"):
        assert keras.backend.standardize_dtype(at_least_float32(ops.cast([1.0], dtype)).dtype) == "float32"


def test_absolute():
    value, gradient = value_and_gradient(absolute, np.array([-1e30, -2.0, -0.0, 0.0, 3.0], "float32"))
    np.testing.assert_array_equal(value, np.array([1e30, 2, 0, 0, 3], "float32"))
    np.testing.assert_array_equal(gradient, [-1, -1, 0, 0, 1])


@pytest.mark.parametrize("dtype", DTYPES)
def test_tanh(dtype):
    with wide_floats():
        x, held = cast(representable(POINTS, dtype), dtype)
        value, gradient = value_and_gradient(tanh, x)
        assert keras.backend.standardize_dtype(tanh(x).dtype) == dtype
    assert_close(value, np.tanh(held), dtype)
    # 1 − tanh² far out is a difference of nearly equal numbers: only its absolute error is small
    np.testing.assert_allclose(gradient, 1 - np.tanh(held) ** 2, rtol=0, atol=2 * TOLERANCE[dtype])


@pytest.mark.parametrize("dtype", DTYPES)
def test_mean(dtype):
    with wide_floats():
        # a sum of these overflows in float16
        x, held = cast(np.linspace(500, 700, 3000).reshape(3, 1000), dtype)
        over_the_last, over_all = mean(x, axis=-1), mean(x)
        assert_close(over_the_last, held.mean(axis=-1), dtype)
        assert_close(over_all, held.mean(), dtype)


def test_concrete():
    np.testing.assert_array_equal(concrete(ops.convert_to_tensor([1.0, 2.0])), [1.0, 2.0])
    assert concrete(keras.Input((2,))) is None
    seen = []

    def traced(x):
        seen.append(concrete(x))
        return x

    value_and_gradient(traced, np.ones(2, "float32"), compiled=True)
    assert seen and all(value is None for value in seen)
