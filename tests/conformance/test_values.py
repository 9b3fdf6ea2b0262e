"""Value and slope of every pointwise part: mpmath, central differences, all float types, however it is run."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from keras import ops
from keras.src import backend

from tests.conformance.parts import KEEPS_FLOAT32, POINTWISE
from tests.custom.support import (
    COMPILED,
    DTYPES,
    FEW,
    POINTS,
    as_array,
    assert_close,
    at_once,
    cast,
    precise,
    representable,
    type_of,
    value_and_gradient,
    wide_floats,
)


def away_from(points, kinks, distance):
    """Right on a kink a rounded number may count as on either side."""
    for kink in kinks:
        points = points[np.abs(points - kink) >= distance]
    return points


def points_of(part, dtype):
    # kinks at a power of two are exact in every type, and stay; so does everything else but the bounds of
    # a rule
    inexact = tuple(kink for kink in POINTWISE[part].kinks if kink * 1024 % 1)
    return away_from(representable(POINTS, dtype), inexact, 1e-2)


@COMPILED
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("part", POINTWISE)
def test_against_mpmath(part, dtype, compiled):
    entry = POINTWISE[part]
    with wide_floats():
        x, held = cast(points_of(part, dtype), dtype)
        value, slope = value_and_gradient(entry.call, x, compiled=compiled)
    assert_close(value, precise(entry.value, held), value_type(part, dtype))
    assert_close(slope, precise(entry.slope, held), dtype)


def value_type(part, dtype):
    return "float32" if part in KEEPS_FLOAT32 and dtype in ("float16", "bfloat16") else dtype


@pytest.mark.parametrize("part", [part for part, entry in POINTWISE.items() if entry.differentiable])
def test_central_differences(part):
    entry = POINTWISE[part]
    x = away_from(np.array([-3.3, -1.2, -0.71, -0.3, -0.02, 0.0, 0.01, 0.2, 0.63, 0.9, 1.1, 2.7]), entry.kinks, 1e-3)
    with wide_floats():
        _, slope = value_and_gradient(entry.call, ops.convert_to_tensor(x, dtype="float64"))
        # each number for itself: all of them may move at once
        call = at_once(entry.call)
        high, low = (as_array(call(ops.convert_to_tensor(x + step, dtype="float64"))) for step in (1e-5, -1e-5))
    np.testing.assert_allclose(slope, (high - low) / 2e-5, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("part", POINTWISE)
def test_float_type_is_the_inputs(part, dtype):
    with wide_floats():
        x, _ = cast([0.25, 0.75], dtype)
        result = type_of(POINTWISE[part].call, x)
    assert result == value_type(part, dtype)


@pytest.mark.parametrize("part", POINTWISE)
def test_symbolic(part):
    symbolic = keras.KerasTensor((5,))
    result = backend.compute_output_spec(POINTWISE[part].call, symbolic)
    assert (result.shape, result.dtype) == ((5,), "float32")


@pytest.mark.parametrize("part", POINTWISE)
def test_order_and_company_do_not_matter(part):
    call = at_once(POINTWISE[part].call)
    x = np.random.default_rng(0).normal(size=16).astype("float32")
    order = np.random.default_rng(1).permutation(16)
    together = as_array(call(ops.convert_to_tensor(x)))
    np.testing.assert_array_equal(as_array(call(ops.convert_to_tensor(x[order]))), together[order])
    # a vector's tail is computed by other instructions than its body
    for some in (slice(6), slice(10, 16)):
        np.testing.assert_allclose(as_array(call(ops.convert_to_tensor(x[some]))), together[some], rtol=1e-6, atol=1e-7)


FINITE = st.floats(-(2.0**60), 2.0**60, width=32)


# penalties make one number of any shape; a loss' class calls its function
SHAPELESS = ("regularizers", "losses.huber", "losses.log_cosh", "losses.wasserstein")


@pytest.mark.parametrize("part", [part for part in POINTWISE if not part.startswith(SHAPELESS)])
def test_any_shape_any_values(part):
    entry = POINTWISE[part]

    @FEW
    @given(arrays.arrays("float32", arrays.array_shapes(min_dims=1, max_dims=3, max_side=3), elements=FINITE))
    def check(x):
        value, slope = value_and_gradient(entry.call, x, compiled=False)
        assert value.shape == slope.shape == x.shape
        assert_close(value, precise(entry.value, x), "float32", factor=2)
        assert_close(slope, precise(entry.slope, x), "float32", factor=2)

    check()
