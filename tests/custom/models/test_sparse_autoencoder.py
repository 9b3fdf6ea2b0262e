"""SparseAutoencoder: its loss by hand, its mean activation on digits, its configuration."""

import keras
import numpy as np
import pytest
from scipy.stats import entropy
from sklearn.datasets import load_digits

from custom.models import SparseAutoencoder
from tests.custom.support import AT_ONCE, _at_once, steps_compiled  # noqa: F401 (a fixture)

pytestmark = AT_ONCE

X = (load_digits().data / 16).astype("float32")


def test_holds_the_mean_activation_of_digits():
    model = SparseAutoencoder(units=32, target=0.1, output_activation="sigmoid", seed=0)
    model.compile(keras.optimizers.Adam(0.02), "mse")
    before = model.evaluate(X, batch_size=256, verbose=0)
    with steps_compiled():
        model.fit(X, epochs=12, batch_size=64, verbose=0)
    code = np.asarray(model.encode(X))
    assert abs(code.mean() - 0.1) < 0.01
    # each unit for itself, not only their mean
    assert np.abs(code.mean(axis=0) - 0.1).max() < 0.05
    # the pixels' own variance is what a constant reconstruction leaves
    reconstruction = np.asarray(model(X))
    assert np.mean((reconstruction - X) ** 2) < 0.5 * X.var(axis=0).mean()
    assert model.evaluate(X, batch_size=256, verbose=0) < before


def test_loss_is_reconstruction_and_penalty():
    model = SparseAutoencoder(units=4, target=0.2, weight=0.5, seed=3)
    model.compile("sgd", "mse")
    x = X[:32]
    loss = model.evaluate(x, batch_size=32, verbose=0)
    code = np.asarray(model.encode(x)).astype("float64")
    reconstruction = np.asarray(model.decode(model.encode(x)))
    penalty = sum(entropy([0.2, 0.8], [mean, 1 - mean]) for mean in code.mean(axis=0))
    assert loss == pytest.approx(np.mean((reconstruction - x) ** 2) + 0.5 * penalty, rel=1e-5)


def test_labels_may_be_given_for_denoising():
    model = SparseAutoencoder(units=4, weight=0.0, seed=0)
    model.compile("sgd", "mse", metrics=["mae"])
    x, clean = X[:8], X[8:16]
    loss, error = model.evaluate(x, clean, verbose=0)
    assert loss == pytest.approx(np.mean((np.asarray(model(x)) - clean) ** 2), rel=1e-5)
    assert error == pytest.approx(np.mean(np.abs(np.asarray(model(x)) - clean)), rel=1e-5)
    # and without them the metrics too are about the input
    assert model.evaluate(x, verbose=0)[1] == pytest.approx(np.mean(np.abs(np.asarray(model(x)) - x)), rel=1e-5)


def test_sample_weights_weight_the_reconstruction_and_class_weights_are_refused():
    model = SparseAutoencoder(units=4, target=0.2, weight=0.5, seed=3)
    model.compile("sgd", "mse")
    x, weights = X[:8], np.array([0.0, 2.0] * 4)
    errors = np.mean((np.asarray(model(x)) - x) ** 2, axis=-1)
    (penalty,) = model.losses
    expected = pytest.approx(np.mean(weights * errors) + float(penalty), rel=1e-5)
    # without labels Keras itself would lose the weights
    assert model.evaluate(x, sample_weight=weights, verbose=0) == expected
    history = model.fit(x, sample_weight=weights, validation_data=(x, None, 0 * weights), verbose=0).history
    assert history["loss"][0] == expected
    assert history["val_loss"][0] == pytest.approx(float((model(x), model.losses[0])[1]), rel=1e-4)
    with pytest.raises(ValueError, match="class_weight: SparseAutoencoder takes none"):
        model.fit(x, class_weight={0: 1.0}, verbose=0)


def test_padding_counts_in_neither_term():
    model = SparseAutoencoder(units=4, target=0.2, weight=0.5, seed=3)
    model.compile("sgd", "mse")
    steps = X[:6].reshape(2, 3, 64)
    padded = np.concatenate([steps, np.zeros((2, 2, 64), "float32")], axis=1)
    whole = model.evaluate(steps, verbose=0)
    masked = keras.Sequential([keras.layers.Masking(), model])
    masked.compile("sgd", "mse")
    # the labels of the padding are far from what is made of it
    labels = np.where(np.arange(5)[:, None] < 3, padded, 100.0)
    assert masked.evaluate(padded, labels, verbose=0) == pytest.approx(whole, rel=1e-5)


def test_frozen_layers_stay():
    model = SparseAutoencoder(units=4, seed=0)
    model.build((None, 64))
    model.encoder.trainable = False
    model.compile(keras.optimizers.SGD(1.0), "mse")
    before = [np.asarray(weight).copy() for weight in (model.encoder.kernel, model.decoder.kernel)]
    model.train_on_batch(X[:8])
    np.testing.assert_array_equal(model.encoder.kernel, before[0])
    assert not np.array_equal(model.decoder.kernel, before[1])


@pytest.mark.parametrize("dtype", ["uint8", "float64"])
def test_inputs_of_other_types(dtype):
    model = SparseAutoencoder(units=4, seed=0)
    model.compile("sgd", "mse")
    x = (16 * X[:8]).astype(dtype)
    assert model.evaluate(x, verbose=0) == pytest.approx(model.evaluate(x.astype("float32"), verbose=0), rel=1e-6)


def test_seeds():
    one, same, other = (SparseAutoencoder(units=64, seed=seed) for seed in (0, 0, 1))
    for model in (one, same, other):
        model.build((None, 64))
    np.testing.assert_array_equal(one.encoder.kernel, same.encoder.kernel)
    assert not np.array_equal(one.encoder.kernel, other.encoder.kernel)
    # of one shape, and yet not the same draw
    assert not np.array_equal(one.encoder.kernel, one.decoder.kernel)


def test_configuration():
    model = SparseAutoencoder(8, target=0.1, weight=1, kind="l1", activation="relu", seed=0, name="mine")
    config = model.get_config()
    assert config["seed"] == 0 and config["activation"] == "relu" and config["kind"] == "l1"
    assert SparseAutoencoder.from_config(config).get_config() == config


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"units": 0}, ["units", "got 0"]),
        ({"units": 4, "target": 1.0}, ["target", "got 1.0"]),
        ({"units": 4, "weight": -1}, ["weight", "got -1"]),
        ({"units": 4, "kind": "l2"}, ["kind", "got 'l2'"]),
        ({"units": 4, "seed": -1}, ["seed", "got -1"]),
    ],
)
def test_wrong_arguments(arguments, words):
    with pytest.raises(ValueError) as error:
        SparseAutoencoder(**arguments)
    assert all(word in str(error.value) for word in words)
