"""Convolutional and recurrent kinds: shapes, seeds, regularizers, inputs; and a file that loads again."""

import keras
import numpy as np
import pytest

from experiments.models import pieces
from experiments.models.cnn import cnn
from experiments.models.parts import activation
from experiments.models.recurrent import gru, lstm, rnn
from tests.custom.support import KERAS_COPIES

pytestmark = KERAS_COPIES
KINDS = {
    "cnn": (cnn, {"filters": [2, 3]}),
    "rnn": (rnn, {"units": [3, 2]}),
    "lstm": (lstm, {"units": [3, 2]}),
    "gru": (gru, {"units": [3, 2]}),
}
SHAPES = [(8, 8), (64,), (8, 8, 2)]


def made(kind, shape=(8, 8), **changes):
    function, settings = KINDS[kind]
    return function(shape, 10, "softmax", **(settings | changes))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_images_and_rows_of_pixels_become_probabilities(kind, shape):
    p = made(kind, shape).predict(np.random.default_rng(0).normal(size=(4, *shape)).astype("float32"), verbose=0)
    assert p.shape == (4, 10)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_is_no_square_is_refused(kind):
    with pytest.raises(ValueError, match=r"shape \(5,\), allowed are images, or rows of a square's pixels"):
        made(kind, (5,))


@pytest.mark.parametrize("kind", KINDS)
def test_weights_depend_on_the_seed_alone(kind):
    first, again, other = made(kind, seed=3), made(kind, seed=3, dropout=0.5), made(kind, seed=4)
    for weight, two in zip(first.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, two)
    random = [w for w in first.weights if "kernel" in w.path]
    assert len(random) == {"cnn": 3}.get(kind, 5)
    kernels = [w for w in other.weights if "kernel" in w.path]
    assert not any(np.array_equal(weight, two) for weight, two in zip(random, kernels, strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_kernels_of_all_layers_but_the_head_are_regularized(kind):
    model = made(kind, kernel_regularizer=keras.regularizers.L2(0.5))
    regularized = [w for w in model.weights if w.regularizer is not None]
    assert [w.name for w in regularized] == ["kernel", "kernel"]
    expected = 0.5 * sum(float(np.square(w.numpy()).sum()) for w in regularized)
    np.testing.assert_allclose(float(sum(model.losses)), expected, rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["relu", "hard_tanh", "elu"])
def test_activations_of_every_form_are_taken_and_saved(kind, name, tmp_path):
    level = {"name": name} | {"hard_tanh": {"min_value": -0.5, "max_value": 0.5}}.get(name, {})
    model = made(kind, activation=activation(level))
    x = np.random.default_rng(0).normal(size=(3, 8, 8)).astype("float32")
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-5)


def test_the_convolution_is_that_of_scipy():
    from scipy.signal import correlate

    model = cnn((6, 6), 2, "linear", filters=[3], activation="linear", pool_size=1)
    x = np.random.default_rng(0).normal(size=(1, 6, 6)).astype("float32")
    found = keras.Model(model.inputs[0], model.get_layer("conv_0").output).predict(x, verbose=0)
    kernel, bias = model.get_layer("conv_0").get_weights()
    for channel in range(3):
        expected = correlate(x[0], kernel[:, :, 0, channel], mode="same") + bias[channel]
        np.testing.assert_allclose(found[0, :, :, channel], expected, rtol=1e-4, atol=1e-5)


def test_the_recurrence_is_that_of_the_formula():
    model = rnn((3, 2), 2, "linear", units=[4])
    x = np.random.default_rng(0).normal(size=(1, 3, 2)).astype("float32")
    w, u, b = model.get_layer("simplernn_0").get_weights()
    h = np.zeros(4)
    for step in x[0]:
        h = np.tanh(step @ w + h @ u + b)
    found = keras.Model(model.inputs[0], model.get_layer("simplernn_0").output).predict(x, verbose=0)
    np.testing.assert_allclose(found[0], h, rtol=1e-5)


def test_an_image_with_colours_is_read_as_rows_of_all_of_them():
    _, reshape = pieces.sequence((8, 6, 3))
    assert reshape.target_shape == (8, 18)
