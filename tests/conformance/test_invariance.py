"""What must not matter: the order of examples, where a batch is cut, and, where it has none, the order of outputs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom.layers import SparsityPenalty
from custom.losses import EarthMover, Huber, LogCosh, Wasserstein
from custom.regularizers import ElasticNet, KLSparsity
from tests.custom.support import FEW, as_array, at_once

RNG = np.random.default_rng(0)
LOSSES = {
    "huber": Huber(0.5),
    "log_cosh": LogCosh(),
    "wasserstein": Wasserstein(),
    "earth_mover": EarthMover(),
    "earth_mover, squared": EarthMover(2),
}


def batch(seed, examples, outputs):
    rng = np.random.default_rng(seed)
    return np.sign(rng.normal(size=(examples, outputs))).astype("float32"), rng.normal(size=(examples, outputs)).astype(
        "float32"
    )


@pytest.mark.parametrize("name", LOSSES)
def test_order_of_examples(name):
    loss, each = at_once(LOSSES[name]), at_once(LOSSES[name].call)

    @FEW
    @given(st.integers(0, 1000), st.integers(1, 9), st.integers(1, 5))
    def check(seed, examples, outputs):
        y, p = batch(seed, examples, outputs)
        order = np.random.default_rng(seed).permutation(examples)
        assert float(loss(y[order], p[order])) == pytest.approx(float(loss(y, p)), rel=1e-5, abs=1e-6)
        # a vector's tail is computed by other instructions than its body
        np.testing.assert_allclose(each(y[order], p[order]), as_array(each(y, p))[order], rtol=1e-6, atol=1e-7)

    check()


@pytest.mark.parametrize("name", LOSSES)
def test_where_a_batch_is_cut(name):
    loss = at_once(LOSSES[name])

    @FEW
    @given(st.integers(0, 1000), st.integers(2, 9), st.integers(1, 5), st.data())
    def check(seed, examples, outputs, data):
        y, p = batch(seed, examples, outputs)
        cut = data.draw(st.integers(1, examples - 1))
        parts = float(loss(y[:cut], p[:cut])) * cut + float(loss(y[cut:], p[cut:])) * (examples - cut)
        assert parts / examples == pytest.approx(float(loss(y, p)), rel=1e-5, abs=1e-6)

    check()


@pytest.mark.parametrize("name", LOSSES)
def test_order_of_outputs(name):
    y, p = batch(0, 20, 6)
    # classes are ordered, but distributions over them read the same from either end
    if name.startswith("earth_mover"):
        y, p = (np.abs(array) / np.abs(array).sum(axis=-1, keepdims=True) for array in (y, p))
        order = np.arange(6)[::-1]
    else:
        order = np.random.default_rng(1).permutation(6)
    np.testing.assert_allclose(
        LOSSES[name].call(y[:, order], p[:, order]), LOSSES[name].call(y, p), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("penalty", [KLSparsity(0.1, 1.0), ElasticNet(0.1, 0.1)], ids=["kl", "elastic net"])
def test_penalties_do_not_mind_the_order(penalty):
    x = RNG.uniform(size=(12, 5)).astype("float32")
    expected = float(penalty(x))
    assert float(penalty(x[RNG.permutation(12)])) == pytest.approx(expected, rel=1e-6)
    assert float(penalty(x[:, RNG.permutation(5)])) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("kind", ["kl", "l1"])
@pytest.mark.parametrize("copies", [2, 7, 100])
def test_sparsity_does_not_mind_the_size_of_the_batch(kind, copies):
    x = RNG.uniform(size=(4, 5)).astype("float32")
    layer = SparsityPenalty(0.1, 1.0, kind)
    layer(x)
    once = float(layer.losses[0])
    layer(np.tile(x, (copies, 1)))
    assert float(layer.losses[0]) == pytest.approx(once, rel=1e-5)
