"""One model with every part in it that a file can hold, written by one backend and read by the other."""

import json

import keras
import numpy as np

from custom.activations import hard_tanh, heaviside
from custom.constraints import SoftThreshold, WeightClip
from custom.layers import HardTanh, Perceptron, SparsityPenalty
from custom.losses import EarthMover, Huber, LogCosh, Wasserstein
from custom.models import GAN, WGAN, PerceptronClassifier, SparseAutoencoder
from custom.optimizers import MovingAverageMomentum
from custom.regularizers import ElasticNet, KLSparsity
from tests.custom.support import steps_at_once

RNG = np.random.default_rng(0)
X = RNG.normal(size=(16, 4)).astype("float32")
LABELS = {
    "huber": RNG.normal(size=(16, 3)).astype("float32"),
    "log_cosh": RNG.normal(size=(16, 3)).astype("float32"),
    "wasserstein": np.sign(RNG.normal(size=(16, 1))).astype("float32"),
    "earth_mover": np.eye(3, dtype="float32")[RNG.integers(3, size=16)],
}
# everything that the file must name
INSIDE = (
    *("hard_tanh", "heaviside", "HardTanh", "Perceptron", "SparsityPenalty"),
    *("Huber", "LogCosh", "Wasserstein", "EarthMover", "KLSparsity", "ElasticNet", "WeightClip", "SoftThreshold"),
    *("MovingAverageMomentum", "PerceptronClassifier", "SparseAutoencoder", "GAN", "WGAN"),
)


def every_part():
    dense = keras.layers.Dense

    def networks(examples):
        generator = keras.Sequential([keras.Input((4,)), dense(5, "relu"), dense(examples)])
        return generator, keras.Sequential([keras.Input((examples,)), dense(1)])

    inputs = keras.Input((4,))
    x = dense(8, hard_tanh, kernel_regularizer=ElasticNet(0.01, 0.02))(inputs)
    x = HardTanh(-0.5, 0.75)(x)
    x = dense(8, "tanh", activity_regularizer=KLSparsity(0.1, 0.01), kernel_constraint=WeightClip(0.5))(x)
    x = HardTanh(learn_bounds=True)(x)
    x = SparsityPenalty(0.2, 0.1)(dense(8, "relu", kernel_constraint=SoftThreshold(0.001))(x))
    steps = keras.layers.Activation(heaviside)(dense(4)(x))
    x = keras.layers.Concatenate()(
        [
            x,
            steps,
            Perceptron(3)(x),
            PerceptronClassifier()(x),
            SparseAutoencoder(5, seed=0)(x),
            GAN(*networks(3), seed=0)(inputs),
            WGAN(*networks(2), penalty="clip", seed=0)(inputs),
        ]
    )
    model = keras.Model(
        inputs,
        {
            "huber": dense(3, name="huber")(x),
            "log_cosh": dense(3, name="log_cosh")(x),
            "wasserstein": dense(1, name="wasserstein")(x),
            "earth_mover": dense(3, "softmax", name="earth_mover")(x),
        },
    )
    model.compile(
        MovingAverageMomentum(0.05, 0.5),
        {"huber": Huber(0.5), "log_cosh": LogCosh(), "wasserstein": Wasserstein(), "earth_mover": EarthMover(2)},
    )
    return model


def write(folder, name):
    """Trains the model a little, saves it, and what it predicts beside it."""
    with steps_at_once():  # on TensorFlow those of so large a model are sooner taken than compiled
        model = every_part()
        model.fit(X, LABELS, epochs=2, verbose=0)
        model.save(folder / f"{name}.keras")
        np.savez(folder / f"{name}.npz", **model.predict(X, verbose=0))
        (folder / f"{name}.json").write_text(json.dumps(model.evaluate(X, LABELS, verbose=0, return_dict=True)))


def check(folder, name):
    """Loads what was written: the same predictions and losses, and it trains on."""
    with steps_at_once():  # on TensorFlow those of so large a model are sooner taken than compiled
        model = keras.models.load_model(folder / f"{name}.keras")
        expected = np.load(folder / f"{name}.npz")
        for output, values in model.predict(X, verbose=0).items():
            np.testing.assert_allclose(values, expected[output], rtol=1e-5, atol=1e-6)
        losses = json.loads((folder / f"{name}.json").read_text())
        for key, value in model.evaluate(X, LABELS, verbose=0, return_dict=True).items():
            np.testing.assert_allclose(value, losses[key], rtol=1e-5)
        assert int(model.optimizer.iterations.value) == 2
        assert any(np.asarray(average).any() for average in model.optimizer.averages)
        assert np.isfinite(model.fit(X, LABELS, verbose=0).history["loss"]).all()
