"""The critic's loss: sign, labels, and what it says of wrong ones."""

import keras
import numpy as np
import pytest
from keras import ops

from custom.losses import Wasserstein, wasserstein
from tests.custom.support import DTYPES, cast, value_and_gradient, wide_floats

SCORES = np.array([[3.0], [1.0], [-2.0], [0.5]], "float32")


@pytest.mark.parametrize(
    ("generated", "labels_dtype"),
    [(-1.0, "float32"), (-1.0, "int32"), (0.0, "float32"), (0.0, "int32"), (0.0, "bool")],
)
def test_value_and_gradient(generated, labels_dtype):
    labels = np.array([[1.0], [1.0], [generated], [generated]]).astype(labels_dtype)
    value, gradient = value_and_gradient(lambda f: wasserstein(labels, f), SCORES)
    np.testing.assert_array_equal(value, [-3.0, -1.0, -2.0, 0.5])
    np.testing.assert_array_equal(gradient, [[-1.0], [-1.0], [1.0], [1.0]])


@pytest.mark.parametrize("dtype", DTYPES)
def test_in_every_float_type(dtype):
    with wide_floats():
        f, held = cast([[1e-4], [0.0], [100.0], [-6e4]], dtype)
        value, gradient = value_and_gradient(lambda f: wasserstein(-ops.ones((4, 1)), f), f)
    np.testing.assert_array_equal(value, held[:, 0])
    np.testing.assert_array_equal(gradient, np.ones((4, 1)))


def test_half_the_estimated_distance_negated():
    labels = np.array([1, 1, -1, -1])[:, None]
    estimate = SCORES[:2].mean() - SCORES[2:].mean()
    assert float(Wasserstein()(labels, SCORES)) == pytest.approx(-0.5 * estimate)


def test_minimizing_it_lifts_real_scores_above_generated_ones():
    x = np.concatenate([np.random.default_rng(0).normal(2, 1, (64, 1)), np.zeros((64, 1))]).astype("float32")
    y = np.repeat([1, -1], 64)[:, None]
    critic = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    critic.compile(keras.optimizers.SGD(0.1), Wasserstein())
    critic.fit(x, y, epochs=1, verbose=0)
    scores = np.asarray(critic(x))
    assert scores[:64].mean() > scores[64:].mean()


def test_mean_over_the_last_axis():
    labels = np.array([[1, -1, 0 - 1]])
    assert float(wasserstein(labels, [[1.0, 2.0, 6.0]])[0]) == pytest.approx((-1 + 2 + 6) / 3)


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        ([[1.0], [2.0]], "1, 2"),
        ([[0.9], [-0.9]], "-0.9, 0.9"),
        ([[-1.0], [0.0]], "-1, 0"),
        ([[np.nan]], "nan"),
    ],
)
def test_wrong_labels(labels, shown):
    for loss in (wasserstein, Wasserstein()):
        with pytest.raises(ValueError) as error:
            loss(np.array(labels), np.zeros((len(labels), 1), "float32"))
        assert f"got the labels {shown}, expected 1 (real) and −1 (generated), or 1 and 0" in str(error.value)


def test_wrong_labels_in_a_compiled_step_are_not_a_number():
    value, _ = value_and_gradient(
        lambda y: wasserstein(y, np.ones((5, 1), "float32")),
        np.array([[1.0], [-1.0], [0.0], [2.0], [0.5]], "float32"),
    )
    np.testing.assert_array_equal(value, [-1.0, 1.0, 1.0, np.nan, np.nan])


def test_configuration():
    config = Wasserstein().get_config()
    assert config == {"name": "wasserstein", "reduction": "sum_over_batch_size", "dtype": None}
    assert isinstance(keras.losses.get({"class_name": "custom>Wasserstein", "config": config}), Wasserstein)
