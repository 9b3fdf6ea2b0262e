"""SoftThreshold: its formula, and the lasso that it makes of gradient descent, against scikit-learn's."""

import keras
import numpy as np
import pytest
from keras import ops
from sklearn.linear_model import Lasso

from custom.constraints import SoftThreshold, soft_threshold
from tests.custom.support import DTYPES, POINTS, as_array, assert_close, cast, representable, wide_floats


@pytest.mark.parametrize("amount", [0.0, 1e-3, 0.5, 50.0])
@pytest.mark.parametrize("dtype", DTYPES)
def test_formula(dtype, amount):
    with wide_floats():
        w, held = cast(representable(POINTS, dtype), dtype)
        moved = as_array(soft_threshold(w, amount=amount))
        _, amount = cast(amount, dtype)
    assert_close(moved, np.sign(held) * np.maximum(np.abs(held) - amount, 0), dtype)
    # exact zeros, not small numbers
    np.testing.assert_array_equal(moved == 0, np.abs(held) <= amount)


def test_with_gradient_descent_it_is_the_lasso():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100, 8)).astype("float32")
    y = (x[:, :1] * 2 - x[:, 1:2] + 0.1 * rng.normal(size=(100, 1))).astype("float32")
    strength, rate = 0.3, 0.1
    # scikit-learn minimizes ½ mse + strength·Σ|w|, Keras mse + λΣ|w|
    constraint = SoftThreshold(amount=rate * 2 * strength)
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros", kernel_constraint=constraint)
    model = keras.Sequential([keras.Input((8,)), layer])
    model.compile(keras.optimizers.SGD(rate), "mse")
    # an epoch of 100 steps on all examples: epochs cost more than steps
    model.fit(np.tile(x, (100, 1)), np.tile(y, (100, 1)), batch_size=100, shuffle=False, verbose=0)
    expected = Lasso(alpha=strength, fit_intercept=False, tol=1e-8).fit(x.astype("float64"), y[:, 0]).coef_
    weights = np.asarray(layer.kernel)[:, 0]
    np.testing.assert_allclose(weights, expected, atol=1e-4)
    np.testing.assert_array_equal(weights == 0, expected == 0)
    assert (weights == 0).sum() >= 5


def test_what_is_no_number_stays_so():
    assert np.isnan(np.asarray(SoftThreshold()(ops.convert_to_tensor([np.nan]))))[0]


def test_configuration():
    config = SoftThreshold(np.float32(0.5)).get_config()
    assert config == {"amount": 0.5} and type(config["amount"]) is float
    named = keras.constraints.get({"class_name": "custom>SoftThreshold", "config": config})
    assert isinstance(named, SoftThreshold) and named.amount == 0.5


@pytest.mark.parametrize("amount", [-1e-4, float("nan"), float("inf"), True, "1e-4", None])
def test_wrong_amount(amount):
    with pytest.raises(ValueError) as error:
        SoftThreshold(amount)
    assert f"amount: got {amount!r}, expected a finite number of at least 0; try" in str(error.value)
