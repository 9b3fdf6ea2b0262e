"""KLSparsity against mpmath, SciPy and what Keras' layers make of it."""

import keras
import mpmath
import numpy as np
import pytest
from keras import ops
from scipy.stats import entropy

from custom.regularizers import KLSparsity, kl_sparsity, l1_sparsity, sparsity_divergence
from tests.custom.support import (
    POINTS,
    as_array,
    cast,
    central_difference,
    precise,
    value_and_gradient,
    wide_floats,
)

TARGETS = [0.001, 0.05, 0.2, 0.5, 0.9]


def reference(target):
    """The stated rule, written out: the divergence inside, its tangent outside."""

    def of(mean):
        p = mpmath.mpf(target)
        inside = min(max(mean, p / 100), 1 - (1 - p) / 100)
        value = p * mpmath.log(p / inside) + (1 - p) * mpmath.log((1 - p) / (1 - inside))
        slope = -p / inside + (1 - p) / (1 - inside)
        return value + slope * (mean - inside), slope

    return of


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 2e-6), ("float64", 1e-13)])
def test_value_and_gradient(target, dtype, tolerance):
    means = np.concatenate([POINTS, np.linspace(0.0, 1.0, 101), [target, target * 1.01, target * 0.99]])
    # a bound is itself rounded: a mean right on it may count as within or beyond
    bounds = [target / 100, 1 - (1 - target) / 100]
    means = means[np.abs(means[:, None] - bounds).min(axis=1) > 1e-6]
    with wide_floats():
        x, held = cast(means, dtype)
        value, gradient = value_and_gradient(lambda mean: sparsity_divergence(mean, target=target), x)
    of = reference(target)
    expected, slope = precise(lambda mean: of(mean)[0], held), precise(lambda mean: of(mean)[1], held)
    # the divergence is a difference of logarithms: near its zero only the absolute error is small
    np.testing.assert_allclose(value, expected, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(gradient, slope, rtol=4 * tolerance, atol=4 * tolerance)


@pytest.mark.parametrize("target", TARGETS)
def test_outside_the_unit_interval_it_still_pushes_back(target):
    _, gradient = value_and_gradient(
        lambda mean: sparsity_divergence(mean, target=target),
        np.array([-1e30, -0.5, 0.0, 1.0, 3.0, 1e30], "float32"),
    )
    assert (gradient[:3] < -50).all() and (gradient[3:] > 50).all()
    assert (np.abs(gradient) <= 100).all()


def test_is_scipys_entropy_inside():
    for mean in (0.01, 0.1, 0.3, 0.7):
        expected = entropy([0.1, 0.9], [mean, 1 - mean])
        assert float(sparsity_divergence(mean, target=0.1)) == pytest.approx(expected, rel=1e-5, abs=1e-7)


def test_targets_as_a_tensor():
    means = np.array([[0.1, 0.5], [0.1, 0.5]], "float32")
    targets = np.array([[0.1], [0.5]], "float32")
    together = np.asarray(sparsity_divergence(means, target=targets))
    for row, target in enumerate((0.1, 0.5)):
        np.testing.assert_allclose(together[row], sparsity_divergence(means[row], target=target), rtol=1e-6)


def test_penalty_sums_over_units_and_averages_over_the_rest():
    x = np.random.default_rng(0).uniform(size=(5, 3, 4)).astype("float32")
    expected = 2.0 * sum(entropy([0.1, 0.9], [m, 1 - m]) for m in x.astype("float64").reshape(-1, 4).mean(axis=0))
    assert float(kl_sparsity(x, target=0.1, weight=2.0)) == pytest.approx(expected, rel=1e-6)


def test_central_differences():
    x = np.random.default_rng(0).uniform(-0.5, 1.5, size=(3, 4))

    def penalty(x):
        return kl_sparsity(x, target=0.2, weight=0.7)

    with wide_floats():
        _, gradient = value_and_gradient(penalty, ops.convert_to_tensor(x, dtype="float64"))
    np.testing.assert_allclose(gradient, central_difference(penalty, x), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("batch", [1, 7, 64, 5000])
@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_a_layer_adds_the_penalty_whatever_the_batch_size(batch, dtype):
    layer = keras.layers.Activation("linear", activity_regularizer=KLSparsity(0.05, 1.0), dtype=dtype)
    layer(ops.cast(np.full((batch, 64), 0.75, "float32"), dtype))
    expected = 64 * entropy([0.05, 0.95], [0.75, 0.25])
    assert float(layer.losses[0]) == pytest.approx(expected, rel=1e-5)


def test_called_on_its_own_it_returns_the_batch_times_the_penalty():
    x = np.full((10, 2), 0.5, "float32")
    alone = float(KLSparsity(0.1, 1.0)(x))
    assert alone == pytest.approx(10 * float(kl_sparsity(x, target=0.1, weight=1.0)), rel=1e-6)


@pytest.mark.parametrize("activation", ["tanh", "relu", "linear", "sigmoid"])
def test_finite_for_any_activation(activation):
    x = np.array([[-1e30, 1e30, 0.0, -3.0]], "float32")

    def loss(x):
        return KLSparsity(0.05, 1e-3)(keras.activations.get(activation)(x))

    value, gradient = value_and_gradient(loss, x)
    assert np.isfinite(value).all() and np.isfinite(gradient).all()


def test_unknown_batch_size():
    inputs = keras.Input((3,))
    outputs = keras.layers.Dense(2, "sigmoid", kernel_initializer="zeros", activity_regularizer=KLSparsity(0.1, 1.0))(
        inputs
    )
    model = keras.Model(inputs, outputs)
    model.compile("sgd", lambda y, p: 0.0 * ops.mean(p, axis=-1))
    x = np.ones((12, 3), "float32")
    expected = 2 * entropy([0.1, 0.9], [0.5, 0.5])
    assert model.evaluate(x, np.zeros((12, 2)), batch_size=4, verbose=0) == pytest.approx(expected, rel=1e-5)


def test_l1_sparsity():
    assert float(l1_sparsity([[1.0, -3.0]], weight=0.5)) == 1.0
    assert np.isfinite(as_array(l1_sparsity(ops.cast(np.full((512, 512), 300.0), "float16"), weight=1.0)))


def test_configuration():
    config = KLSparsity(np.float32(0.5), 1).get_config()
    assert config == {"target": 0.5, "weight": 1.0}
    assert type(config["target"]) is float
    assert KLSparsity.from_config(config).get_config() == config
    named = keras.regularizers.get({"class_name": "custom>KLSparsity", "config": config})
    assert isinstance(named, KLSparsity)


@pytest.mark.parametrize("target", [0, 1, -0.1, 1.5, float("nan"), True, "0.1", None])
def test_wrong_target(target):
    with pytest.raises(ValueError) as error:
        KLSparsity(target=target)
    assert f"target: got {target!r}, expected a number above 0 and below 1; try" in str(error.value)


@pytest.mark.parametrize("weight", [-1, float("inf"), float("nan"), True, "1e-3", None])
def test_wrong_weight(weight):
    with pytest.raises(ValueError) as error:
        KLSparsity(weight=weight)
    assert f"weight: got {weight!r}, expected a finite number of at least 0; try" in str(error.value)


def test_without_an_axis_of_units():
    with pytest.raises(ValueError, match=r"got the shape \(4,\)"):
        KLSparsity()(np.zeros(4, "float32"))
