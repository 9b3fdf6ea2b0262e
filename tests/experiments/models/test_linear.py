"""Models without hidden layers: the linear one, and the one with a single weight."""

import keras
import numpy as np
import pytest
from scipy.special import softmax

from experiments.models.linear import linear
from experiments.models.well import well
from tests.custom.support import KERAS_COPIES

pytestmark = KERAS_COPIES
X = np.random.default_rng(0).normal(size=(5, 2, 3)).astype(np.float32)


def test_it_is_a_product_and_a_head():
    model = linear((2, 3), 4, "softmax", seed=1)
    kernel, bias = model.get_weights()
    assert (kernel.shape, bias.tolist()) == ((6, 4), [0.0] * 4)
    expected = softmax(X.reshape(5, 6) @ kernel, axis=1)
    np.testing.assert_allclose(model.predict(X, verbose=0), expected, rtol=1e-5)
    assert [weight.shape for weight in linear((6,), 1, "linear", bias=False).get_weights()] == [(6, 1)]


def test_its_kernel_is_penalized_its_scores_too_and_its_inputs_are_dropped():
    penalty = keras.regularizers.L2(0.5)
    model = linear((6,), 1, "linear", kernel_regularizer=penalty, activity_regularizer=penalty)
    kernel = model.get_weights()[0]
    x = X.reshape(5, 6)
    model(x)
    expected = 0.5 * np.square(kernel).sum() + 0.5 * np.square(x @ kernel).sum() / 5  # Keras' mean over a batch
    assert float(sum(model.losses)) == pytest.approx(float(expected), rel=1e-5)
    dropped = linear((1000,), 1, "linear", dropout=0.3, bias=False)
    dropped.set_weights([np.ones((1000, 1), np.float32)])
    assert float(dropped(np.ones((1, 1000), np.float32), training=True)[0, 0]) == pytest.approx(1000, abs=80)


def test_a_well_starts_within_its_bounds_by_its_seed_and_takes_one_number():
    starts = [float(well((1,), 1, "linear", start=0.5, seed=seed).get_weights()[0][0, 0]) for seed in range(20)]
    assert len({*starts}) == 20 and -0.5 < min(starts) < -0.2 and 0.2 < max(starts) < 0.5
    with pytest.raises(ValueError, match=r"got examples of shape \(2,\), 1 outputs and a linear head, allowed are one"):
        well((2,), 1, "linear")
