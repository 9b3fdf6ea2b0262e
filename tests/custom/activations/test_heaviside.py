"""The step against NumPy's, and its two gradients."""

import keras
import numpy as np
import pytest
from keras import ops

from custom.activations import heaviside
from custom.activations.heaviside import straight_through
from tests.custom.support import COMPILED, DTYPES, POINTS, cast, representable, value_and_gradient, wide_floats


@COMPILED
@pytest.mark.parametrize("straight_through", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
def test_value_and_gradient(dtype, straight_through, compiled):
    with wide_floats():
        x, held = cast(representable(POINTS, dtype), dtype)
        # a gradient of 0 and no gradient at all are the same to an optimizer: the added term makes the
        # two one
        value, gradient = value_and_gradient(
            lambda x: heaviside(x, straight_through=straight_through) + 0.0 * x, x, compiled=compiled
        )
    np.testing.assert_array_equal(value, np.heaviside(held, 1.0))
    np.testing.assert_array_equal(gradient, np.full(held.shape, float(straight_through)))


@pytest.mark.parametrize("straight_through", [False, True])
def test_infinities_and_what_is_no_number(straight_through):
    x = np.array([-np.inf, np.inf, np.nan, -0.0], "float32")
    np.testing.assert_array_equal(heaviside(x, straight_through=straight_through), [0, 1, np.nan, 1])


def test_the_gradient_goes_on_to_what_comes_before():
    # through a step, y = Σ w·step(3x): the gradient in x is 3w, as if the step were not there
    w = np.array([1.0, -2.0, 0.5], "float32")
    _, gradient = value_and_gradient(
        lambda x: ops.sum(w * heaviside(3.0 * x, straight_through=True)), np.array([-1.0, 0.0, 2.0], "float32")
    )
    np.testing.assert_allclose(gradient, 3 * w)


def test_integers_become_floats():
    assert keras.backend.standardize_dtype(heaviside([-3, 0, 3]).dtype) == "float32"
    np.testing.assert_array_equal(heaviside([-3, 0, 3]), [0, 1, 1])


def test_the_gradient_is_the_upstream_one_however_a_backend_hands_it_over():
    assert straight_through(3.0) == 3.0
    # PyTorch gives the inputs as well
    assert straight_through(1.0, upstream=3.0) == 3.0
