"""Weights, masks, reductions and shapes: as Keras' own losses have them, and right where Keras' are not."""

import keras
import numpy as np
import pytest
from keras import ops

from custom.losses import EarthMover, Huber, LogCosh, Wasserstein, huber, log_cosh
from custom.losses.base import match

RNG = np.random.default_rng(0)
Y, P = RNG.normal(size=(2, 6, 3)).astype("float32")
# errors of order one, where Keras' log-cosh is right too
PAIRS = [(Huber(delta=0.7), keras.losses.Huber(delta=0.7)), (LogCosh(), keras.losses.LogCosh())]
REDUCTIONS = ["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None]


def with_reduction(loss, reduction):
    # Keras' own losses lose their hyper-parameters on the way through a configuration
    if isinstance(loss, keras.losses.Huber):
        return keras.losses.Huber(delta=0.7, reduction=reduction)
    return type(loss).from_config({**loss.get_config(), "reduction": reduction})


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weights", [None, (6,), (6, 1)])
@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_reductions_and_sample_weights_are_keras(ours, theirs, reduction, weights):
    weights = None if weights is None else RNG.uniform(size=weights).astype("float32")
    mine = with_reduction(ours, reduction)(Y, P, sample_weight=weights)
    keras_own = with_reduction(theirs, reduction)(Y, P, sample_weight=weights)
    assert tuple(mine.shape) == tuple(keras_own.shape)
    np.testing.assert_allclose(mine, keras_own, rtol=2e-6)


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum", "mean_with_sample_weight"])
@pytest.mark.parametrize("loss", [Huber(), LogCosh(), EarthMover(), Wasserstein()], ids=lambda loss: loss.name)
def test_masks(loss, reduction):
    y, p = np.sign(RNG.normal(size=(2, 3))), RNG.normal(size=(2, 3, 1)).astype("float32")
    mask = np.array([[True, True, False], [True, False, False]])
    kept = np.asarray(loss.call(y[mask][:, None], p[mask])).astype("float64")
    expected = kept.sum() if reduction == "sum" else kept.mean()

    masked = ops.convert_to_tensor(p)
    # Keras' layers hang their mask on the tensor like this
    from keras.src.backend import set_keras_mask

    set_keras_mask(masked, ops.convert_to_tensor(mask))
    value = with_reduction(loss, reduction)(y[..., None].astype("float32"), masked)
    np.testing.assert_allclose(value, expected, rtol=1e-6)


def test_a_mask_in_training():
    model = keras.Sequential([keras.Input((3, 1)), keras.layers.Masking(), keras.layers.Dense(1, use_bias=False)])
    model.layers[-1].kernel.assign([[2.0]])
    model.compile("sgd", Huber(delta=1.0))
    x = np.array([[[1.0], [3.0], [0.0]]], "float32")
    # errors 2 and 6, loss 1.5 and 5.5; the padded step counts for nothing
    assert model.evaluate(x, np.zeros((1, 3, 1)), verbose=0) == pytest.approx(3.5)


@pytest.mark.parametrize("loss", [Huber(), LogCosh(), EarthMover(), Wasserstein()], ids=lambda loss: loss.name)
def test_labels_without_the_axis_of_one_output(loss):
    y, p = np.sign(RNG.normal(size=(4, 5))), RNG.normal(size=(4, 5, 1)).astype("float32")
    value = loss.call(y, p)
    assert tuple(value.shape) == (4, 5)
    np.testing.assert_array_equal(value, loss.call(y[..., None], p))


def test_shared_labels_broadcast_over_trials():
    p = RNG.normal(size=(2, 6, 3)).astype("float32")
    together = np.asarray(huber(Y[None], p))
    np.testing.assert_array_equal(together, [huber(Y, p[0]), huber(Y, p[1])])


@pytest.mark.parametrize(
    ("true", "predicted"),
    [((4,), (4, 3)), ((4, 2), (4, 3)), ((), (3,)), ((4, 1), (4, 3)), ((3,), (3, 3)), ((3, 4), (5, 3, 4))],
)
def test_shapes_that_do_not_fit(true, predicted):
    with pytest.raises(ValueError) as error:
        log_cosh(np.zeros(true, "float32"), np.zeros(predicted, "float32"))
    assert f"got shapes {true} and {predicted}, expected as many axes and the same last axis" in str(error.value)


def test_types():
    y, p = match([1, 2], [1, 3])
    assert {keras.backend.standardize_dtype(t.dtype) for t in (y, p)} == {"float32"}
    y, p = match(np.array([1.0, 2.0], "float32"), ops.cast([1.0, 3.0], "float16"))
    assert {keras.backend.standardize_dtype(t.dtype) for t in (y, p)} == {"float16"}


def test_dtype_survives_the_configuration():
    loss = Huber.from_config(Huber(dtype="float16").get_config())
    assert loss.dtype == "float16"
    # not asked for, not pinned
    assert Huber().get_config()["dtype"] is None


def test_unknown_batch_and_outputs():
    value = huber(keras.Input((None,)), keras.Input((None,)))
    assert value.shape == (None,)
