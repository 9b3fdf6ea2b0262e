"""Projects as keras-tuner itself writes them, once for all tests."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import keras_tuner
import numpy as np
import pytest
import tensorflow as tf

from experiments.tune.fused_tuner import FusedTuner

GENERATOR = np.random.default_rng(0)
X = GENERATOR.normal(size=(30, 2)).astype("float32")
Y = (X[:, 0] > X[:, 1]).astype("int64")
GIVEN = {"x": X[:20], "y": Y[:20], "validation_data": (X[20:], Y[20:]), "batch_size": 20, "verbose": 0}


@dataclass(frozen=True)
class Projects:
    """A folder with a project for each name, and the tuners that wrote them."""

    folder: Path
    tuners: dict[str, Any]


def build(hp):
    """A rate of dropout that is there with dropout alone, and names that columns of rows have, or figures of layers."""
    layers = [keras.layers.Dense(hp.Int("units", 2, 4), "tanh")]
    if hp.Boolean("block 1/dropout", default=True):
        with hp.conditional_scope("block 1/dropout", [True]):
            layers.append(keras.layers.Dropout(hp.Float("drop.rate", 0.1, 0.5, step=0.1)))
    hp.Fixed("model", "plain")
    model = keras.Sequential([keras.Input((2,)), *layers, keras.layers.Dense(2, "softmax")])
    optimizer = keras.optimizers.Adam(hp.Float("learning_rate", 1e-3, 1e-1, sampling="log"))
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def run(hp):
    """A function in place of a model: what is searched for is what it returns. No number at 1, an error at 2."""
    place = hp.Choice("place", [0, 1, 2, 3])
    if place == 2:
        raise ValueError("no such place\nat all")
    return float("nan") if place == 1 else float(place)


class Function(keras_tuner.Tuner):
    """A tuner of `run`."""

    def run_trial(self, trial, *_, **__):
        """The objective's value."""
        return run(trial.hyperparameters)


@pytest.fixture(scope="session")
def projects(tmp_path_factory) -> Projects:
    """Projects of keras-tuner's tuners and of ours; every one of a few trials."""
    folder = tmp_path_factory.mktemp("projects")
    place = {"directory": folder, "seed": 6}
    tuners = {
        "random": keras_tuner.RandomSearch(build, "val_accuracy", max_trials=4, project_name="random", **place),
        "hyperband": keras_tuner.Hyperband(
            build, "val_loss", max_epochs=2, factor=2, project_name="hyperband", **place
        ),
        "bayesian": keras_tuner.BayesianOptimization(
            build, "val_accuracy", max_trials=2, project_name="bayesian", **place
        ),
        "fused": FusedTuner(
            keras_tuner.oracles.RandomSearchOracle("val_accuracy", max_trials=4, seed=6),
            build,
            directory=folder,
            project_name="fused",
            executions_per_trial=2,
        ),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Keras, where Hyperband goes on from saved weights
        for name, tuner in tuners.items():
            # a step or two of each model: sooner done than compiled
            tf.config.run_functions_eagerly(name != "fused")
            tuner.search(**GIVEN, **({} if name == "hyperband" else {"epochs": 2}))
        tf.config.run_functions_eagerly(False)
    oracle = keras_tuner.oracles.GridSearchOracle(max_consecutive_failed_trials=9)
    tuners["function"] = Function(oracle, directory=folder, project_name="function")
    tuners["function"].search(verbose=0)
    return Projects(folder, tuners)
