"""Searches of small networks, as keras-tuner’s guides have them."""

import contextlib
import io

import keras
import keras_tuner
import numpy as np
import pandas as pd

from experiments.tune.fused_tuner import FusedTuner

GENERATOR = np.random.default_rng(0)


X = GENERATOR.normal(size=(48, 2, 2)).astype("float32")


Y = (X[:, 0, 0] > X[:, 0, 1]).astype("int64") + (X[:, 1, 0] > 0)


VALIDATION = (X[32:], Y[32:])


GIVEN = {"x": X[:32], "y": Y[:32], "validation_data": VALIDATION, "epochs": 2, "batch_size": 16}


STACKED = ""  # nothing is said


def compiled(model, rate=0.01, **options):
    options = {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]} | options
    model.compile(keras.optimizers.Adam(rate), **options)
    return model


def network(units=4, activation="tanh"):
    """As the guides have it, without an `Input`."""
    layers = keras.layers
    return keras.Sequential([layers.Flatten(), layers.Dense(units, activation), layers.Dense(3, "softmax")])


def build(hp):
    return compiled(network(hp.Choice("units", [3, 5])), hp.Float("rate", 1e-3, 1e-1, sampling="log"))


def random(objective="val_accuracy", max_trials=2, **options):
    return keras_tuner.oracles.RandomSearchOracle(objective=objective, max_trials=max_trials, seed=1, **options)


def tuner(folder, hypermodel=build, oracle=None, kind=FusedTuner, **options):
    return kind(oracle=oracle or random(), hypermodel=hypermodel, directory=folder, project_name="guide", **options)


def searched(tuner, *arguments, **options):
    """Search, and say why trials are left to keras-tuner's loop; STACKED where they are not."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        tuner.search(*arguments, **options)
    lines = [line for line in printed.getvalue().splitlines() if "by keras-tuner: " in line]
    return lines[0].split("by keras-tuner: ")[1] if lines else STACKED


def trials(tuner):
    return [trial for _, trial in sorted(tuner.oracle.trials.items())]


def statuses(tuner):
    return [trial.status for trial in trials(tuner)]


def values(tuner):
    return [trial.hyperparameters.values for trial in trials(tuner)]


def executions(tuner):
    return pd.read_csv(f"{tuner.project_dir}/executions.csv", dtype={"trial": str})


class Preprocessing(keras_tuner.HyperModel):
    def build(self, hp):
        return build(hp)

    def fit(self, hp, model, x, y, **options):
        if hp.Boolean("scaled"):
            x = x / 2
        options["batch_size"] = hp.Choice("batch_size", [8, 16])
        return model.fit(x, y, shuffle=hp.Boolean("shuffle"), **options)


class Parabola(FusedTuner):
    """Tunes anything: here no model at all."""

    def run_trial(self, trial, *arguments, **options):
        place = trial.hyperparameters.Float("place", -1.0, 1.0)
        height = place**2 + options.get("height", 0)
        return {"float": height, "dict": {"default_objective": height}, "list": [height - 1, height + 1]}[arguments[0]]
