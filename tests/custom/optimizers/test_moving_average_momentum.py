"""The moving average of gradients against NumPy in float64 and against Keras' heavy ball."""

import keras
import numpy as np
import pytest
from keras import ops

from custom.optimizers import MovingAverageMomentum
from tests.custom.support import KERAS_COPIES

# an ill-conditioned bowl, whose gradient is curvature · w
CURVATURE = np.array([1.0, 10.0, 100.0], "float32")
START = np.array([1.0, -1.0, 0.5], "float32")


def descend(optimizer, steps=50):
    w = keras.Variable(START)
    for _ in range(steps):
        optimizer.apply([ops.convert_to_tensor(CURVATURE) * w.value], [w])
    return np.asarray(w)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.99])
def test_is_the_formula(beta):
    w, v = START.astype("float64"), 0.0
    for _ in range(50):
        v = beta * v + (1 - beta) * CURVATURE * w
        w = w - 0.005 * v
    np.testing.assert_allclose(descend(MovingAverageMomentum(0.005, beta)), w, rtol=2e-5, atol=1e-7)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.99])
def test_is_the_heavy_ball_at_the_smaller_rate(beta):
    heavy_ball = keras.optimizers.SGD(0.005 * (1 - beta), momentum=beta)
    np.testing.assert_allclose(descend(MovingAverageMomentum(0.005, beta)), descend(heavy_ball), rtol=2e-5, atol=1e-7)


def test_a_schedule_acts_on_the_whole_step():
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([2], [0.1, 0.01])
    w, v = START[:1].astype("float64"), 0.0
    for step in range(6):
        v = 0.9 * v + 0.1 * w
        w = w - (0.1 if step <= 2 else 0.01) * v
    variable = keras.Variable(START[:1])
    optimizer = MovingAverageMomentum(schedule, 0.9)
    for _ in range(6):
        optimizer.apply([variable.value + 0.0], [variable])
    np.testing.assert_allclose(np.asarray(variable), w, rtol=1e-6)


def test_trains_in_fit_as_the_heavy_ball_does():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 5)).astype("float32")
    weights = []
    for optimizer in (MovingAverageMomentum(0.1, 0.8), keras.optimizers.SGD(0.1 * 0.2, momentum=0.8)):
        layer = keras.layers.Dense(2, kernel_initializer=keras.initializers.GlorotUniform(seed=0))
        model = keras.Sequential([keras.Input((5,)), layer])
        model.compile(optimizer, "mse")
        model.fit(x, x[:, :2], epochs=3, batch_size=16, shuffle=False, verbose=0)
        weights.append(np.asarray(layer.kernel))
    np.testing.assert_allclose(weights[0], weights[1], rtol=1e-4, atol=1e-6)


def test_an_embedding_whose_gradient_is_sparse():
    tables = []
    for optimizer in (MovingAverageMomentum(0.5, 0.9), keras.optimizers.SGD(0.5 * 0.1, momentum=0.9)):
        layer = keras.layers.Embedding(5, 3, embeddings_initializer="ones")
        model = keras.Sequential([keras.Input((2,), dtype="int32"), layer, keras.layers.Flatten()])
        model.compile(optimizer, "mse")
        model.fit(np.array([[0, 1], [1, 3]]), np.zeros((2, 6)), epochs=3, verbose=0)
        tables.append(np.asarray(layer.embeddings))
    np.testing.assert_allclose(tables[0], tables[1], rtol=1e-5)
    np.testing.assert_array_equal(tables[0][[2, 4]], np.ones((2, 3)))


def test_keras_own_options():
    decayed = descend(MovingAverageMomentum(0.001, 0.0, weight_decay=0.1), steps=1)
    # decoupled: w ← w − α λ w before the step
    np.testing.assert_allclose(decayed, START * (1 - 0.001 * 0.1) - 0.001 * CURVATURE * START, rtol=1e-5)
    clipped = descend(MovingAverageMomentum(0.1, 0.0, clipvalue=0.5), steps=1)
    np.testing.assert_allclose(clipped, START - 0.1 * np.clip(CURVATURE * START, -0.5, 0.5), rtol=1e-6)


@KERAS_COPIES
def test_configuration():
    optimizer = MovingAverageMomentum(np.float32(0.5), np.float64(0.25), clipnorm=1.0, name="mine")
    config = optimizer.get_config()
    assert (config["beta"], config["learning_rate"], config["clipnorm"]) == (0.25, 0.5, 1.0)
    copy = keras.optimizers.get({"class_name": "custom>MovingAverageMomentum", "config": config})
    assert isinstance(copy, MovingAverageMomentum) and copy.get_config() == config


@pytest.mark.parametrize("learning_rate", [0, -0.1, float("nan"), float("inf"), True, "0.1", None])
def test_wrong_rate(learning_rate):
    with pytest.raises(ValueError) as error:
        MovingAverageMomentum(learning_rate)
    assert f"learning_rate: got {learning_rate!r}, expected a finite number above 0" in str(error.value)


@pytest.mark.parametrize("beta", [-0.1, 1, 1.5, float("nan"), False, "0.9", None])
def test_wrong_beta(beta):
    with pytest.raises(ValueError) as error:
        MovingAverageMomentum(beta=beta)
    assert f"beta: got {beta!r}, expected a number of at least 0 and below 1" in str(error.value)
