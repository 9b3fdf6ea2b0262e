"""SparsityPenalty: what it adds to a model's loss, against SciPy."""

import keras
import numpy as np
import pytest
from scipy.stats import entropy

from custom.layers import SparsityPenalty

A = np.random.default_rng(0).uniform(0.05, 0.95, (6, 4)).astype("float32")


def divergence(target, mean):
    return sum(entropy([target, 1 - target], [m, 1 - m]) for m in mean)


def added(layer, x):
    output = layer(x)
    np.testing.assert_array_equal(output, x)
    assert len(layer.losses) == 1
    return float(layer.losses[0])


def test_kl():
    expected = 0.5 * divergence(0.1, A.astype("float64").mean(axis=0))
    assert added(SparsityPenalty(target=0.1, weight=0.5), A) == pytest.approx(expected, rel=1e-6)


def test_l1():
    x = A - 0.5
    expected = 0.5 * np.abs(x.astype("float64")).mean()
    assert added(SparsityPenalty(weight=0.5, kind="l1"), x) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("kind", ["kl", "l1"])
def test_does_not_scale_with_the_batch(kind):
    layer = SparsityPenalty(0.1, 0.5, kind)
    assert added(layer, A) == pytest.approx(added(layer, np.repeat(A, 5, axis=0)), rel=1e-6)


def test_units_are_the_last_axis():
    x = A.reshape(2, 3, 4)
    assert added(SparsityPenalty(0.1, 0.5), x) == pytest.approx(added(SparsityPenalty(0.1, 0.5), A), rel=1e-6)


def test_half_precision_does_not_overflow():
    x = np.full((4096, 8), 20.0)
    layer = SparsityPenalty(0.1, 1.0, dtype="float16")
    layer(x.astype("float16"))
    wide = SparsityPenalty(0.1, 1.0)
    wide(x.astype("float32"))
    assert np.isfinite(float(layer.losses[0]))
    assert float(layer.losses[0]) == pytest.approx(float(wide.losses[0]), rel=1e-3)


def test_the_loss_of_fit_grows_by_the_penalty():
    x = np.random.default_rng(1).normal(size=(32, 3)).astype("float32")
    y = np.zeros((32, 2), "float32")
    hidden = keras.layers.Dense(2, "sigmoid", kernel_initializer=keras.initializers.GlorotUniform(seed=0))
    plain = keras.Sequential([keras.Input((3,)), hidden])
    with_penalty = keras.Sequential([keras.Input((3,)), hidden, SparsityPenalty(0.05, 2.0)])
    for model in (plain, with_penalty):
        model.compile("sgd", "mse")
    # one batch, so that the mean over batches is the batch's own
    difference = with_penalty.evaluate(x, y, batch_size=32, verbose=0) - plain.evaluate(x, y, batch_size=32, verbose=0)
    mean = np.asarray(plain(x)).astype("float64").mean(axis=0)
    assert difference == pytest.approx(2.0 * divergence(0.05, mean), rel=1e-5)


def test_training_brings_the_mean_to_the_target():
    x = np.random.default_rng(2).normal(size=(128, 5)).astype("float32")
    model = keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(4, "sigmoid", kernel_initializer=keras.initializers.GlorotUniform(seed=0)),
            SparsityPenalty(0.2, 1.0),
        ]
    )
    model.compile(keras.optimizers.Adam(0.05), lambda y, p: 0.0 * keras.ops.mean(p, axis=-1))
    model.fit(x, np.zeros((128, 4), "float32"), epochs=60, batch_size=128, verbose=0)
    np.testing.assert_allclose(np.asarray(model(x)).mean(axis=0), 0.2, atol=0.01)


def test_configuration():
    config = SparsityPenalty(np.float64(0.1), 1, "l1", name="sparse").get_config()
    assert (config["target"], config["weight"], config["kind"]) == (0.1, 1.0, "l1")
    assert type(config["target"]) is float
    assert SparsityPenalty.from_config(config).get_config() == config


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"target": 0.0}, ["target", "got 0.0", "above 0 and below 1", "0.05"]),
        ({"target": 1}, ["target", "got 1", "above 0 and below 1"]),
        ({"target": float("nan")}, ["target", "got nan"]),
        ({"weight": -1e-3}, ["weight", "got -0.001", "at least 0"]),
        ({"weight": "1"}, ["weight", "got '1'"]),
        ({"kind": "KL"}, ["kind", "got 'KL'", "'kl' or 'l1'", "kind='kl'"]),
        ({"kind": 1}, ["kind", "got 1", "'kl' or 'l1'"]),
    ],
)
def test_wrong_arguments(arguments, words):
    with pytest.raises(ValueError) as error:
        SparsityPenalty(**arguments)
    assert all(word in str(error.value) for word in words)


def test_without_an_axis_of_units():
    with pytest.raises(ValueError, match=r"got the shape \(3,\), expected \[batch, ..., units\]"):
        SparsityPenalty()(np.zeros(3, "float32"))
