"""Networks with a penalty and without: the same start and batches, and the effect that each penalty has."""

import keras
import numpy as np
import pytest

from experiments.gallery import penalties
from experiments.gallery.training import Comparison, Trained, comparisons, network, train
from experiments.tasks.digits import digits

PENALTIES = {entry.title: entry for entry in penalties.ENTRIES}


@pytest.fixture(scope="module")
def data():
    return digits().draw(0)


@pytest.fixture(scope="module")
def found(data):
    """Title → comparison, of networks that trained for four epochs."""
    shown = ("ElasticNet, L1 alone", "SoftThreshold", "WeightClip", "KLSparsity", "SparsityPenalty, KL")
    return {
        comparison.penalty.title: comparison
        for comparison in comparisons(data, tuple(PENALTIES[title] for title in shown), epochs=4)
    }


@pytest.mark.parametrize("entry", penalties.ENTRIES, ids=PENALTIES)
def test_the_start_is_the_same_whatever_the_penalty(entry):
    plain, penalized = network(entry.activation, None), network(entry.activation, entry)
    for mine, other in zip(plain.trainable_weights, penalized.trainable_weights, strict=True):
        np.testing.assert_array_equal(*map(keras.ops.convert_to_numpy, (mine, other)))
    places = sum(bool(layer.losses) for layer in penalized.layers) or sum(
        getattr(layer, "kernel_constraint", None) is not None for layer in penalized.layers
    )
    if entry.of == "weights":
        assert places == 2
    else:
        penalized(np.ones((2, 64), "float32"))
        assert len(penalized.losses) == 1


def test_it_is_one_network_that_is_compared(found, data):
    plain = {id(comparison.without) for comparison in found.values() if comparison.penalty.activation == "relu"}
    assert len(plain) == 1
    one = next(iter(found.values()))
    assert one.without.weights.shape == (64 * 32 + 32 * 10,)
    assert one.without.activations.shape == (len(data.test), 32)
    assert one.without.right > 0.8 * len(data.test)


def test_the_same_twice(found, data):
    again = train(data, "relu", epochs=4)
    np.testing.assert_allclose(again.weights, found["WeightClip"].without.weights, atol=1e-6)


def test_each_penalty_does_what_it_is_for(found):
    l1, threshold = found["ElasticNet, L1 alone"].with_it, found["SoftThreshold"].with_it
    assert l1.measure("zeros", "weights") < 0.01 < threshold.measure("zeros", "weights")
    assert threshold.measure("near zeros", "weights") >= threshold.measure("zeros", "weights")
    clip = found["WeightClip"]
    assert clip.with_it.measure("largest", "weights") <= np.float32(0.2) < clip.without.measure("largest", "weights")
    sparse = found["KLSparsity"]
    assert sparse.with_it.measure("mean", "activations") < 0.2 < sparse.without.measure("mean", "activations")


def test_the_regularizer_and_the_layer_do_the_same(found):
    one, other = found["KLSparsity"].with_it, found["SparsityPenalty, KL"].with_it
    np.testing.assert_allclose(one.weights, other.weights, atol=1e-3)


@pytest.mark.parametrize("title", ["WeightClip", "KLSparsity"])
def test_a_histogram_holds_everything(found, title):
    table = found[title].histogram
    assert table[["without", "with_it"]].sum().tolist() == pytest.approx([1.0, 1.0])
    assert (table["left"].to_numpy()[1:] == table["right"].to_numpy()[:-1]).all()


def test_measures():
    trained = Trained(np.array([0.0, 1e-4, -0.5, 2.0]), np.array([[0.0, 0.01], [0.4, 1.0]]), 3)
    assert [trained.measure(name, "weights") for name in ("zeros", "near zeros", "largest")] == [0.25, 0.5, 2.0]
    assert trained.measure("size", "weights") == pytest.approx(2.5001 / 4)
    assert trained.measure("near zeros", "activations") == 0.5
    assert trained.measure("mean", "activations") == pytest.approx(1.41 / 4)
    one = Comparison(PENALTIES["KLSparsity"], trained, trained)
    assert one.histogram["left"].iloc[0] == 0.0
    assert one.histogram["right"].iloc[-1] == pytest.approx(0.505)
