"""The perceptron layer: gates, its gradient, its configuration."""

import contextlib

import keras
import numpy as np
import pytest

from custom.constraints import WeightClip
from custom.layers import Perceptron
from custom.regularizers import ElasticNet

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
GATES = {
    # the lecture's AND, and the rest by hand
    "and": ([[0.5], [0.5]], -0.7, [0, 0, 0, 1]),
    "or": ([[0.5], [0.5]], -0.2, [0, 1, 1, 1]),
    "nand": ([[-0.5], [-0.5]], 0.7, [1, 1, 1, 0]),
    # without its bias the AND gate is on even with no input
    "no bias": ([[0.5], [0.5]], 0.0, [1, 1, 1, 1]),
}


@pytest.mark.parametrize("gate", GATES)
def test_gates(gate):
    kernel, bias, expected = GATES[gate]
    layer = Perceptron(
        1,
        kernel_initializer=lambda shape, dtype: np.array(kernel, dtype),
        bias_initializer=keras.initializers.Constant(bias),
    )
    np.testing.assert_array_equal(np.asarray(layer(CORNERS))[:, 0], expected)


@pytest.mark.parametrize("straight_through", [True, False])
def test_only_a_straight_through_gradient_trains_what_comes_before(straight_through):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 2)).astype("float32")
    model = keras.Sequential(
        [
            keras.Input((2,)),
            Perceptron(4, straight_through, kernel_initializer=keras.initializers.GlorotUniform(seed=0)),
            keras.layers.Dense(1, kernel_initializer=keras.initializers.GlorotUniform(seed=1)),
        ]
    )
    before = np.asarray(model.layers[0].kernel).copy()
    model.compile(keras.optimizers.SGD(0.1), "mse")
    if straight_through:
        model.fit(x, x[:, :1], verbose=0)
    else:
        # Keras says of a layer without a gradient that it has none, on TensorFlow
        says = pytest.warns(UserWarning, match="Gradients do not exist")
        with says if keras.backend.backend() == "tensorflow" else contextlib.nullcontext():
            model.fit(x, x[:, :1], verbose=0)
    assert np.array_equal(before, np.asarray(model.layers[0].kernel)) != straight_through


def test_straight_through_it_learns_or():
    model = keras.Sequential([keras.Input((2,)), Perceptron(1, kernel_initializer="zeros")])
    model.compile(keras.optimizers.SGD(0.5), "mse")
    y = np.array([[0.0], [1.0], [1.0], [1.0]])
    model.fit(np.tile(CORNERS, (20, 1)), np.tile(y, (20, 1)), batch_size=4, shuffle=False, verbose=0)
    np.testing.assert_array_equal(np.asarray(model(CORNERS))[:, 0], [0, 1, 1, 1])


def test_configuration():
    layer = Perceptron(
        np.int64(3), False, kernel_regularizer=ElasticNet(1, 0), kernel_constraint=WeightClip(0.5), name="gate"
    )
    config = layer.get_config()
    assert (config["units"], config["straight_through"]) == (3, False)
    copy = Perceptron.from_config(config)
    assert copy.get_config() == config
    copy(np.ones((2, 4), "float32"))
    assert len(copy.losses) == 1
    assert copy.kernel.constraint.limit == 0.5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"units": 0}, ["units", "got 0", "at least 1"]),
        ({"units": 1.5}, ["units", "got 1.5"]),
        ({"units": True}, ["units", "got True"]),
        ({"units": 1, "straight_through": "yes"}, ["straight_through", "got 'yes'", "True or False"]),
    ],
)
def test_wrong_arguments(arguments, words):
    with pytest.raises(ValueError) as error:
        Perceptron(**arguments)
    assert all(word in str(error.value) for word in words)
