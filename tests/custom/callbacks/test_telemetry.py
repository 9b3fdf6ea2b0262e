"""Telemetry against figures worked out by hand and by NumPy."""

import csv

import keras
import numpy as np
import pytest

from custom.activations import hard_tanh
from custom.callbacks import Telemetry
from custom.callbacks.telemetry import activation_name
from custom.layers import HardTanh
from tests.custom.support import AT_ONCE, _at_once  # noqa: F401 (a fixture)

pytestmark = AT_ONCE

RNG = np.random.default_rng(0)
X = RNG.normal(size=(20, 3)).astype("float32")
Y = RNG.normal(size=(20, 2)).astype("float32")


def measure(model, x=X, y=None, **kwargs):
    telemetry = Telemetry(x, y, **kwargs)
    telemetry.set_model(model)
    return telemetry.measure()


def test_gradient_norm_is_the_formula():
    layer = keras.layers.Dense(2, name="linear")
    model = keras.Sequential([keras.Input((3,)), layer])
    model.compile("sgd", "mse")
    error = np.asarray(model(X)).astype("float64") - Y
    kernel, bias = 2 * X.T.astype("float64") @ error / error.size, 2 * error.sum(axis=0) / error.size
    expected = np.sqrt((kernel**2).sum() + (bias**2).sum())
    assert measure(model, y=Y)["gradient_norm/linear"] == pytest.approx(expected, rel=1e-5)


def test_gradient_norm_includes_penalties():
    layer = keras.layers.Dense(2, use_bias=False, kernel_initializer="zeros", activity_regularizer="l2", name="linear")
    model = keras.Sequential([keras.Input((3,)), layer])
    model.compile("sgd", "mse")
    layer.kernel.assign(np.ones((3, 2)))
    output = np.asarray(model(X)).astype("float64")
    # mean of squares, and 0.01 times the sum of squares a batch
    slope = 2 * (output - Y) / output.size + 0.01 * 2 * output / len(X)
    expected = np.linalg.norm(X.T.astype("float64") @ slope)
    assert measure(model, y=Y)["gradient_norm/linear"] == pytest.approx(expected, rel=1e-5)


def test_layers_that_give_more_than_one_tensor_have_no_shares():
    given = keras.Input((4, 3))
    sequence, state = keras.layers.SimpleRNN(2, return_sequences=True, return_state=True, name="rnn")(given)
    model = keras.Model(given, keras.layers.Dense(1)(keras.layers.Flatten()(sequence)) + state[:, :1])
    figures = measure(model, np.ones((5, 4, 3), "float32"))
    assert "near_zero/rnn" in figures
    assert "dead/rnn" not in figures


def test_saturated_dead_and_active_units():
    dense = keras.layers.Dense(3, "relu", name="hidden")
    model = keras.Sequential([keras.Input((1,)), dense])
    # the first unit follows its input, the second is always on, the third never
    dense.set_weights([np.array([[1.0, 0.0, 0.0]]), np.array([0.0, 5.0, -1.0])])
    figures = measure(model, np.array([[-1.0], [-2.0], [0.05], [3.0]], "float32"))
    assert figures["dead/hidden"] == pytest.approx(1 / 3)
    assert figures["saturated/hidden"] == pytest.approx((2 + 0 + 4) / 12)
    assert figures["active/hidden"] == pytest.approx((1 + 4 + 0) / 12)


@pytest.mark.parametrize(
    ("activation", "at_half_of_its_steepest", "saturates_at"),
    [("tanh", 0.8, 4.0), ("sigmoid", 1.5, 8.0), ("softsign", 0.3, 50.0), (hard_tanh, 0.9, 1.5)],
)
def test_saturation_of_each_activation(activation, at_half_of_its_steepest, saturates_at):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Activation(activation, name="activation")])
    x = np.array([[at_half_of_its_steepest], [-saturates_at], [saturates_at], [0.0]], "float32")
    assert measure(model, x)["saturated/activation"] == 0.5


@pytest.mark.parametrize("learn_bounds", [False, True])
def test_saturation_within_bounds_of_ones_own(learn_bounds):
    model = keras.Sequential([keras.Input((1,)), HardTanh(0.1, 6.3, learn_bounds, name="bounded")])
    x = np.array([[0.0], [0.2], [6.2], [9.0]], "float32")
    assert measure(model, x)["saturated/bounded"] == 0.5


def test_zero_and_near_zero_weights():
    dense = keras.layers.Dense(4, name="hidden")
    model = keras.Sequential([keras.Input((2,)), dense])
    dense.set_weights([np.array([[0.0, 0.0, 1e-5, 1.0], [0.5, -1e-4, 0.0, -2.0]]), np.zeros(4)])
    figures = measure(model, np.ones((1, 2), "float32"))
    assert figures["zero/hidden"] == 3 / 8
    assert figures["near_zero/hidden"] == 5 / 8
    # biases of zero do not count
    assert measure(model, np.ones((1, 2), "float32"), near_zero=10)["near_zero/hidden"] == 1.0


def test_reaches_history_and_csv(tmp_path):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, "tanh", name="hidden")])
    model.compile("sgd", "mse")
    log = tmp_path / "log.csv"
    history = model.fit(X, Y, epochs=2, verbose=0, callbacks=[Telemetry(X, Y), keras.callbacks.CSVLogger(log)]).history
    names = {f"{figure}/hidden" for figure in FIGURES}
    assert names <= set(history) and all(len(history[name]) == 2 for name in names)
    rows = list(csv.DictReader(log.read_text().splitlines()))
    assert names <= set(rows[0])
    assert float(rows[1]["gradient_norm/hidden"]) == pytest.approx(history["gradient_norm/hidden"][1])


FIGURES = ("gradient_norm", "saturated", "dead", "active", "zero", "near_zero")


def test_leaves_the_training_as_it_is():
    weights = []
    for callbacks in ([], [Telemetry(X, Y)]):
        layers = [
            keras.layers.Dense(8, "relu", kernel_initializer=keras.initializers.GlorotUniform(seed=0)),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.5, seed=1),
            keras.layers.Dense(2, kernel_initializer=keras.initializers.GlorotUniform(seed=2)),
        ]
        model = keras.Sequential([keras.Input((3,)), *layers])
        model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
        history = model.fit(X, Y, epochs=3, batch_size=5, shuffle=False, verbose=0, callbacks=callbacks)
        weights.append([np.asarray(weight) for weight in model.weights] + [np.array(history.history["mae"])])
    for without, with_it in zip(*weights, strict=True):
        np.testing.assert_array_equal(without, with_it)


def test_a_model_without_known_outputs_still_tells_weights_and_gradients():
    class Subclassed(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden = keras.layers.Dense(2, "relu", name="hidden")

        def call(self, inputs):
            return self.hidden(inputs)

    model = Subclassed()
    model.compile("sgd", "mse")
    history = model.fit(X, Y, verbose=0, callbacks=[Telemetry(X, Y)]).history
    assert {"gradient_norm/hidden", "zero/hidden", "near_zero/hidden"} <= set(history)
    assert "dead/hidden" not in history


def test_without_labels_there_are_no_gradients():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, "relu", name="hidden")])
    assert set(measure(model)) == {f"{figure}/hidden" for figure in FIGURES[1:]}


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        (keras.layers.Dense(1), None),
        (keras.layers.Dense(1, "softmax"), None),
        (keras.layers.Dense(1, "relu"), "relu"),
        (keras.layers.Conv1D(1, 1, activation="tanh"), "tanh"),
        (keras.layers.ReLU(), "relu"),
        (keras.layers.SimpleRNN(1), "tanh"),
        (keras.layers.LSTM(1), None),
        (keras.layers.Dropout(0.1), None),
        (HardTanh(), "hard_tanh"),
    ],
)
def test_activation_name(layer, name):
    assert activation_name(layer) == name


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"near_zero": 0}, ["near_zero", "got 0", "above 0"]),
        ({"active_above": -1}, ["active_above", "got -1", "at least 0"]),
    ],
)
def test_wrong_arguments(arguments, words):
    with pytest.raises(ValueError) as error:
        Telemetry(X, **arguments)
    assert all(word in str(error.value) for word in words)
