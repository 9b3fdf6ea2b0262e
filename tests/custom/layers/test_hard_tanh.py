"""The layer HardTanh: its function, its configuration, its learned bounds."""

import keras
import numpy as np
import pytest
from keras import ops

from custom.layers import HardTanh


def test_is_the_clip_of_numpy():
    x = np.linspace(-4, 4, 33, dtype="float32").reshape(3, 11)
    np.testing.assert_array_equal(HardTanh()(x), np.clip(x, -1, 1))
    np.testing.assert_array_equal(HardTanh(-0.5, 2)(x), np.clip(x, -0.5, 2))
    np.testing.assert_allclose(HardTanh(-0.5, 2, learn_bounds=True)(x), np.clip(x, -0.5, 2), rtol=1e-6)


def test_fixed_bounds_are_no_weights_and_learned_ones_are_two():
    fixed, learned = HardTanh(), HardTanh(learn_bounds=True)
    for layer in (fixed, learned):
        layer(np.zeros((1, 2), "float32"))
    assert fixed.weights == []
    assert [weight.name for weight in learned.trainable_weights] == ["lower", "log_width"]


def test_configuration_is_plain_and_complete():
    layer = HardTanh(np.float32(-2), 3, learn_bounds=True, name="bounded")
    config = layer.get_config()
    assert {key: type(config[key]) for key in ("min_value", "max_value", "learn_bounds")} == {
        "min_value": float,
        "max_value": float,
        "learn_bounds": bool,
    }
    copy = HardTanh.from_config(config)
    assert copy.get_config() == config


def test_training_finds_the_bounds_of_the_data():
    rng = np.random.default_rng(0)
    x = rng.uniform(-4, 4, (60 * 512, 1)).astype("float32")
    model = keras.Sequential([keras.Input((1,)), HardTanh(-1, 1, learn_bounds=True)])
    model.compile(keras.optimizers.Adam(0.05), "mse")
    model.fit(x, np.clip(x, -2, 0.5), batch_size=128, verbose=0)
    low, high = (float(bound) for bound in model.layers[-1].bounds())
    assert low == pytest.approx(-2, abs=0.02)
    assert high == pytest.approx(0.5, abs=0.02)


def test_learned_bounds_never_cross():
    layer = HardTanh(-1, 1, learn_bounds=True)
    layer.build((None, 1))
    layer.lower.assign(50.0)
    layer.log_width.assign(-20.0)
    low, high = (float(bound) for bound in layer.bounds())
    assert low <= high


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"min_value": 1.0, "max_value": 1.0}, ["max_value", "got 1.0", "above min_value (1.0)", "swap"]),
        ({"min_value": 2.0, "max_value": 1.0}, ["max_value", "got 1.0", "swap"]),
        ({"min_value": float("nan")}, ["min_value", "got nan", "finite"]),
        ({"max_value": float("inf")}, ["max_value", "got inf", "finite"]),
        ({"min_value": True}, ["min_value", "got True"]),
        ({"max_value": "1"}, ["max_value", "got '1'"]),
        ({"learn_bounds": 1}, ["learn_bounds", "got 1", "True or False"]),
    ],
)
def test_wrong_arguments(arguments, words):
    with pytest.raises(ValueError) as error:
        HardTanh(**arguments)
    assert all(word in str(error.value) for word in words)


def test_bounds_while_fixed_are_numbers():
    assert HardTanh(0, 6).bounds() == (0.0, 6.0)


def test_passes_its_mask_on():
    model = keras.Sequential([keras.Input((3, 1)), keras.layers.Masking(), HardTanh(), keras.layers.LSTM(2)])
    x = np.array([[[1.0], [2.0], [0.0]]], "float32")
    with_padding, without = np.asarray(model(x)), np.asarray(model.layers[-1](ops.clip(x[:, :2], -1, 1)))
    np.testing.assert_allclose(with_padding, without, rtol=1e-5)
