"""SparsityPenalty: what it adds to a model's loss, against SciPy."""

import keras
import numpy as np
import pytest
from keras.src.backend import get_keras_mask
from scipy.stats import entropy

from custom.layers import SparsityPenalty
from custom.regularizers import kl_sparsity, l1_sparsity
from tests.custom.support import value_and_gradient

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


LENGTHS = np.array([5, 2, 3, 0])
PADDED = np.random.default_rng(3).uniform(0.05, 0.95, (4, 5, 3)).astype("float32")
KEPT = np.arange(5) < LENGTHS[:, None]
UNPADDED = PADDED[KEPT].astype("float64")
EXPECTED = {"kl": 0.5 * divergence(0.1, UNPADDED.mean(axis=0)), "l1": 0.5 * UNPADDED.mean()}
# what no mean of padding would survive
PADDED[~KEPT] = np.nan


@pytest.mark.parametrize("kind", ["kl", "l1"])
def test_a_mask_leaves_padding_out(kind):
    def penalty(x, mask):
        layer = SparsityPenalty(0.1, 0.5, kind)
        layer(x, mask=mask)
        return float(layer.losses[0])

    assert penalty(PADDED, KEPT) == pytest.approx(EXPECTED[kind], rel=1e-6)
    # whole examples, and single units
    one = divergence(0.1, UNPADDED[:5].mean(axis=0)) if kind == "kl" else UNPADDED[:5].mean()
    assert penalty(PADDED, [True, False, False, False]) == pytest.approx(0.5 * one, rel=1e-6)
    each = np.repeat(KEPT[:, :, None], 3, axis=-1)
    assert penalty(PADDED, each) == pytest.approx(EXPECTED[kind], rel=1e-6)
    # nothing but padding
    assert penalty(PADDED, np.zeros_like(KEPT)) == 0.0


@pytest.mark.parametrize("kind", ["kl", "l1"])
def test_padding_gets_no_gradient(kind):
    function = kl_sparsity if kind == "kl" else l1_sparsity
    settings = {"target": 0.1, "weight": 0.5} if kind == "kl" else {"weight": 0.5}
    _, gradient = value_and_gradient(lambda x: function(x, mask=KEPT, **settings), PADDED, compiled=False)
    assert np.isfinite(gradient).all() and not gradient[~KEPT].any() and gradient[KEPT].all()


def test_the_mask_of_keras_is_seen_and_passed_on():
    masked = keras.layers.Masking()(np.where(KEPT[:, :, None], PADDED, 0.0))
    layer = SparsityPenalty(0.1, 0.5)
    output = layer(masked)
    assert float(layer.losses[0]) == pytest.approx(EXPECTED["kl"], rel=1e-6)
    np.testing.assert_array_equal(get_keras_mask(output), KEPT)


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
    # an epoch of 60 steps on all examples: epochs cost more than steps
    model.fit(np.tile(x, (60, 1)), np.zeros((60 * 128, 4), "float32"), batch_size=128, shuffle=False, verbose=0)
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
