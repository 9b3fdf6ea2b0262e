"""Where Keras has the same thing: equal to it wherever Keras is right, and the cases where it is not."""

import keras
import numpy as np
import pytest
from keras import ops
from keras.src.backend import set_keras_mask

from custom.activations import hard_tanh, heaviside
from custom.constraints import soft_threshold
from custom.layers import HardTanh
from custom.losses import Huber, LogCosh, huber, log_cosh
from custom.optimizers import MovingAverageMomentum
from custom.regularizers import ElasticNet, l1_sparsity, sparsity_divergence
from tests.custom.support import KERAS_COPIES, as_array, value_and_gradient, wide_floats

ON_JAX = keras.backend.backend() == "jax"
RNG = np.random.default_rng(0)
X = np.concatenate([RNG.normal(size=200), [-1, 1, 0, 1e4, -1e4]]).astype("float32")
Y, P = 3 * RNG.normal(size=(2, 50, 4)).astype("float32")


def agree(ours, theirs, x, **tolerance):
    for mine, keras_own in zip(value_and_gradient(ours, x), value_and_gradient(theirs, x), strict=True):
        np.testing.assert_allclose(mine, keras_own, **tolerance)


# equal


def test_hard_tanh():
    agree(hard_tanh, keras.activations.hard_tanh, X, rtol=0)


def test_hard_tanh_with_bounds_of_relu6():
    agree(HardTanh(0.0, 6.0), keras.ops.relu6, X[X != 0], rtol=0)


def test_heaviside():
    np.testing.assert_array_equal(heaviside(X), ops.heaviside(X, 1.0))


def test_soft_threshold():
    # Keras' soft shrink turns at the threshold itself
    agree(
        lambda x: soft_threshold(x, amount=0.5),
        lambda x: keras.activations.soft_shrink(x, threshold=0.5),
        X,
        rtol=1e-6,
    )


@pytest.mark.parametrize("delta", [0.1, 1.0, 5.0])
def test_huber(delta):
    agree(
        lambda p: huber(Y, p, delta=delta),
        lambda p: keras.losses.huber(Y, p, delta=delta),
        P,
        rtol=1e-5,
        atol=1e-7,
    )


def test_log_cosh_for_errors_of_order_one():
    far = Y + np.sign(P - Y) * np.maximum(np.abs(P - Y), 0.5)
    agree(lambda p: log_cosh(Y, p), lambda p: keras.losses.log_cosh(Y, p), far, rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize(("l1", "l2"), [(0.1, 0.0), (0.0, 0.1), (0.1, 0.2)])
def test_elastic_net(l1, l2):
    agree(ElasticNet(l1, l2), keras.regularizers.L1L2(l1, l2), Y, rtol=1e-5)


def test_divergence_inside_its_range():
    def keras_own(mean):
        return keras.losses.kl_divergence(np.array([0.2, 0.8], "float32"), ops.stack([mean, 1 - mean], axis=-1))

    agree(
        lambda mean: sparsity_divergence(mean, target=0.2),
        keras_own,
        np.linspace(0.01, 0.99, 99).astype("float32"),
        rtol=1e-4,
        atol=2e-6,
    )


def test_moving_average_momentum():
    tracks = []
    for optimizer in (MovingAverageMomentum(0.1, 0.9), keras.optimizers.SGD(0.1 * (1 - 0.9), momentum=0.9)):
        w = keras.Variable(np.ones(3, "float32"))
        for _ in range(20):
            optimizer.apply([w.value * np.array([0.1, 1.0, 5.0], "float32")], [w])
        tracks.append(np.asarray(w))
    np.testing.assert_allclose(tracks[0], tracks[1], rtol=1e-5)


# ours is right where Keras' own is not; each of these says so when Keras mends it


def one(loss, error, dtype="float32"):
    """A loss' value and slope at one error."""
    x = ops.cast(np.array([[error]]), dtype)
    value, slope = value_and_gradient(lambda p: loss(ops.zeros_like(p), p), x)
    return float(value[0]), float(slope[0, 0])


def off(actual, expected):
    return abs(actual - expected) / abs(expected)


@pytest.mark.parametrize("error", [1e-8, 1e-4, 1e-3])
def test_log_cosh_of_tiny_errors(error):
    value, slope = one(log_cosh, error)
    assert off(value, error**2 / 2) < 1e-6 and off(slope, np.tanh(error)) < 1e-6
    assert off(one(keras.losses.log_cosh, error)[0], error**2 / 2) > 0.01


@pytest.mark.parametrize("error", [1e-8, 1e-7])
def test_slope_of_log_cosh_for_tiny_errors(error):
    assert off(one(log_cosh, error)[1], error) < 1e-6
    assert off(one(keras.losses.log_cosh, error)[1], error) > 0.1


def test_huber_in_half_precision():
    # δ(|e| − ½δ) = 45 300 fits into float16, δ|e| and δ² do not
    value, slope = one(lambda y, p: huber(y, p, delta=300.0), 301.0, "float16")
    assert off(value, 300 * 151) < 1e-3 and slope == 300
    assert not np.isfinite(one(lambda y, p: keras.losses.huber(y, p, delta=300.0), 301.0, "float16")[0])


def test_huber_keeps_delta_through_its_configuration():
    assert Huber.from_config(Huber(delta=0.25).get_config()).delta == 0.25
    lost = keras.losses.Huber.from_config(keras.losses.Huber(delta=0.25).get_config())
    # an error of 2: 0.47 with the delta asked for, 1.5 with the default
    assert float(lost([[0.0]], [[2.0]])) == pytest.approx(1.5)
    assert float(Huber(delta=0.25)([[0.0]], [[2.0]])) == pytest.approx(0.25 * (2 - 0.125))


@pytest.mark.parametrize(("ours", "theirs"), [(Huber, keras.losses.Huber), (LogCosh, keras.losses.LogCosh)])
def test_dtype_stays_through_the_configuration(ours, theirs):
    assert ours.from_config(ours(dtype="float64").get_config()).dtype == "float64"
    assert theirs.from_config(theirs(dtype="float64").get_config()).dtype == "float32"


@pytest.mark.parametrize(("true", "predicted"), [((3,), (3, 3)), ((3, 1), (3, 3))])
def test_labels_that_do_not_fit_are_refused(true, predicted):
    y, p = np.zeros(true, "float32"), np.ones(predicted, "float32")
    with pytest.raises(ValueError, match="as many axes and the same last axis"):
        huber(y, p)
    # broadcast against all outputs, or even along the batch
    assert keras.losses.huber(y, p).shape == (3,)


def test_a_mask_where_the_labels_have_no_last_axis():
    y, p = np.zeros((2, 3), "float32"), np.ones((2, 3, 1), "float32")
    mask = np.array([[True, True, False], [True, False, False]])
    p[~mask] = 7.0

    def masked(loss):
        prediction = ops.convert_to_tensor(p)
        set_keras_mask(prediction, ops.convert_to_tensor(mask))
        return float(loss(y, prediction))

    assert masked(Huber()) == pytest.approx(0.5)
    # the steps are averaged first, and the mask no longer fits what is left
    with pytest.raises(Exception, match=r"(?i)shape|broadcast"):
        masked(keras.losses.Huber())


def test_zero_weights_are_not_pushed():
    zero = np.zeros((2, 2), "float32")
    _, ours = value_and_gradient(ElasticNet(0.1, 0.0), zero)
    _, theirs = value_and_gradient(keras.regularizers.L1L2(0.1, 0.0), zero)
    np.testing.assert_array_equal(ours, zero)
    # TensorFlow's |w| has the slope 0 at 0, JAX's has 1
    np.testing.assert_array_equal(theirs, np.full((2, 2), np.float32(0.1)) if ON_JAX else zero)


def test_strength_in_float64():
    with wide_floats():
        w = ops.convert_to_tensor(np.ones((1, 1)), dtype="float64")
        ours, theirs = (float(as_array(penalty(w))) for penalty in (ElasticNet(0.1, 0.0), keras.regularizers.L1(0.1)))
    assert off(ours, 0.1) < 1e-15
    # TensorFlow's cast makes float32 of the strength on the way
    assert (off(theirs, 0.1) > 1e-9) == (not ON_JAX)


def test_losses_in_float64():
    error = np.array([[0.1, 0.2, 0.3]])
    expected = np.mean(error**2 / 2)
    with wide_floats():
        zero, p = ops.zeros((1, 3), "float64"), ops.convert_to_tensor(error, dtype="float64")
        ours, theirs = float(huber(zero, p)[0]), float(keras.losses.huber(zero, p)[0])
    assert off(ours, expected) < 1e-14
    # on JAX Keras averages in float32, whatever it is given
    assert (off(theirs, expected) > 1e-10) == ON_JAX


def test_l1_of_half_precision_activations():
    activations = ops.cast(np.full((512, 512), 3.0), "float16")
    assert float(l1_sparsity(activations, weight=1.0)) == 3.0
    assert not np.isfinite(float(keras.regularizers.L1(1.0)(activations)))


def test_divergence_outside_its_range_still_has_a_slope():
    mean = np.array([0.0, 1.0, -0.5, 2.0], "float32")

    def keras_own(mean):
        return keras.losses.kl_divergence(np.array([0.2, 0.8], "float32"), ops.stack([mean, 1 - mean], axis=-1))

    _, ours = value_and_gradient(lambda mean: sparsity_divergence(mean, target=0.2), mean)
    _, theirs = value_and_gradient(keras_own, mean)
    assert (np.abs(ours) > 50).all() and np.array_equal(np.sign(ours), [-1, 1, -1, 1])
    # Keras clips, and beyond the clip nothing pushes back
    np.testing.assert_array_equal(theirs[2:], [0, 0])


@KERAS_COPIES
def test_hard_tanh_with_bounds_is_saved_with_them():
    layer = HardTanh(0.0, 6.0)
    assert HardTanh.from_config(layer.get_config()).bounds() == (0.0, 6.0)
    # Keras' own is a function without bounds
    with pytest.raises(TypeError):
        keras.activations.hard_tanh(X, 0.0, 6.0)
