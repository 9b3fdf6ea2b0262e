"""Told scores are true, whichever way a trial is trained: what `evaluate` gives of the saved model, on the same data.

`EQUALITY=all` trains every case, and compiles it.
"""

import contextlib
import os

import keras
import keras_tuner
import numpy as np
import pandas as pd
import pytest

from experiments.tune.fused_tuner import FusedTuner
from tests.custom.support import KERAS_COPIES
from tests.experiments.eager import eager_steps

pytestmark = [KERAS_COPIES, pytest.mark.filterwarnings("ignore:Skipping variable loading for optimizer")]
GENERATOR = np.random.default_rng(0)
X = GENERATOR.normal(size=(60, 3)).astype("float32")
CLASSES = (X[:, 0] > X[:, 1]).astype("int64") + (X[:, 2] > 0)
losses, optimizers, layers = keras.losses, keras.optimizers, keras.layers


def given(y):
    """All examples at once: their order is no matter."""
    return {"x": X[:40], "y": y[:40], "validation_data": (X[40:], y[40:]), "epochs": 3, "batch_size": 40, "verbose": 0}


def freeze(*places):
    """Freeze layers by their places."""

    def frozen(model):
        for place in places:
            model.layers[place].trainable = False

    return frozen


def freeze_kernel(model):
    model.layers[0].kernel.trainable = False


def freeze_bias(model):
    model.layers[0].bias.trainable = False


def freeze_all(model):
    model.trainable = False


class Counting(keras.Sequential):
    """Overrides compile: its optimizer is another one than is asked for."""

    def compile(self, optimizer, *arguments, **options):
        super().compile(optimizers.SGD(0.01), *arguments, **options)


SGD = {"learning_rate": 0.5}
# name → how it is compiled, what is done to the model, whether it is stacked
CASES = {
    "plain": ({}, None, True),
    "clipnorm": ({"optimizer": lambda: optimizers.SGD(**SGD, clipnorm=0.05)}, None, True),
    "frozen normalization": ({}, freeze(1), True),
    "frozen kernel": ({}, freeze_kernel, True),
    "frozen bias": ({}, freeze_bias, True),
    "accumulation": ({"optimizer": lambda: optimizers.Adam(0.1, gradient_accumulation_steps=2)}, None, False),
    "own compile": ({"kind": Counting}, None, False),
    "global_clipnorm": ({"optimizer": lambda: optimizers.SGD(**SGD, global_clipnorm=0.05)}, None, True),
    "clipvalue": ({"optimizer": lambda: optimizers.SGD(**SGD, clipvalue=0.01)}, None, True),
    "decay": ({"optimizer": lambda: optimizers.AdamW(0.1, weight_decay=0.3)}, None, True),
    "momentum": ({"optimizer": lambda: optimizers.SGD(0.1, momentum=0.9, nesterov=True)}, None, True),
    "frozen first": ({}, freeze(0), True),
    "frozen last": ({}, freeze(2), True),
    "frozen first and last": ({}, freeze(0, 2), True),
    "averages": ({"optimizer": lambda: optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5)}, None, False),
    "loss scale": ({"optimizer": lambda: optimizers.LossScaleOptimizer(optimizers.Adam(0.1))}, None, False),
    "own scale": ({"optimizer": lambda: optimizers.SGD(0.1, loss_scale_factor=8.0)}, None, False),
    "amsgrad": ({"optimizer": lambda: optimizers.Adam(0.1, amsgrad=True)}, None, False),
    "schedule": (
        {"optimizer": lambda: optimizers.Adam(optimizers.schedules.ExponentialDecay(0.1, 1, 0.5))},
        None,
        False,
    ),
    "eagerly": ({"run_eagerly": True}, None, False),
    "steps": ({"steps_per_execution": 3}, None, True),
    "compiled": ({"jit_compile": True}, None, True),
    "not compiled": ({"jit_compile": False}, None, True),
    "not scaled": ({"auto_scale_loss": False}, None, True),
    "weighted": ({"loss_weights": [0.5]}, None, False),
}
ALL = os.environ.get("EQUALITY") == "all"
TRAINED = list(CASES) if ALL else list(CASES)[:7]


def build(hp):
    """A model of a case."""
    options, change, _ = CASES[hp.Choice("case", TRAINED)]
    options = dict(options)
    made = options.pop("kind", keras.Sequential)(
        [
            keras.Input((3,)),
            layers.Dense(4, "tanh", kernel_regularizer=keras.regularizers.L2(0.01)),
            layers.BatchNormalization(momentum=0.8),
            layers.Dense(3, "softmax"),
        ]
    )
    if change:
        change(made)
    optimizer = options.pop("optimizer", lambda: optimizers.Adam(0.1))()
    made.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"], **options)
    return made


def searched(folder, hypermodel, objective, **options):
    oracle = keras_tuner.oracles.GridSearchOracle(objective=objective)
    made = FusedTuner(oracle, hypermodel, directory=folder, project_name="own")
    made.search(**options)
    return made, pd.read_csv(f"{made.project_dir}/executions.csv", dtype={"trial": str}).set_index("trial")


def check_told(tuner, y):
    """Every score is what Keras gives for the saved model."""
    for trial in tuner.oracle.trials.values():
        assert trial.status == "COMPLETED"
        with eager_steps():
            told = tuner.load_model(trial).evaluate(X[40:], y[40:], verbose=0, return_dict=True)
        name = tuner.oracle.objective.name.removeprefix("val_")
        assert trial.score == pytest.approx(told[name], rel=1e-6, abs=1e-7), trial.hyperparameters.values
        for metric, value in told.items():
            kept = trial.metrics.get_history(f"val_{metric}")
            assert [entry.step for entry in kept] == [trial.best_step]
            assert kept[0].mean() == pytest.approx(value, rel=1e-6, abs=1e-7), metric


def test_what_a_model_freezes_or_compiles_is_honoured(tmp_path):
    with contextlib.nullcontext() if ALL else eager_steps():
        ours, rows = searched(tmp_path / "ours", build, "val_loss", **given(CLASSES))
    alone = given(CLASSES) | {"callbacks": [keras.callbacks.Callback()]}
    with eager_steps():
        theirs, of_keras = searched(tmp_path / "theirs", build, "val_loss", **alone)
    stacked = {row["case"]: row["engine"] == "fused" for _, row in rows.iterrows()}
    assert stacked == {name: CASES[name][2] for name in TRAINED}
    assert set(of_keras["engine"]) == {"keras-tuner"}
    for name, trial in ours.oracle.trials.items():
        other = theirs.oracle.trials[name]
        assert trial.hyperparameters.values == other.hyperparameters.values
        assert trial.score == pytest.approx(other.score, rel=1e-4), trial.hyperparameters.values
        assert trial.best_step == other.best_step, trial.hyperparameters.values
    check_told(ours, CLASSES)
    assert len({round(score, 5) for score in rows["validation_loss"]}) > len(TRAINED) / 2, "the cases differ"


VALUES, BITS = X[:, :1] - X[:, 1:2], (X[:, 0] > 0).astype("float32")


def regressing(hp):
    made = keras.Sequential(
        [keras.Input((3,)), layers.Dense(4, hp.Choice("activation", ["tanh", "relu"])), layers.Dense(1)]
    )
    made.compile(optimizers.Adam(0.3), ["mae"], metrics=["mse", keras.metrics.MeanAbsoluteError("off")])
    return made


def telling_apart(hp):
    """Raw scores: Keras counts those above 0.5, unless it is told otherwise."""
    made = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    metric = keras.metrics.BinaryAccuracy("hits", threshold=hp.Choice("threshold", [0.0, 0.5]))
    made.compile(optimizers.SGD(0.01), losses.BinaryCrossentropy(from_logits=True), metrics=[metric])
    return made


def naming(hp):
    made = keras.Sequential([keras.Input((3,)), layers.Dense(1, "sigmoid")])
    made.compile(optimizers.SGD(hp.Choice("rate", [0.1, 30.0])), "binary_crossentropy", metrics=["accuracy"])
    return made


@pytest.mark.parametrize(
    ("hypermodel", "y", "objective", "stacked"),
    [
        (regressing, VALUES, keras_tuner.Objective("val_mse", "min"), 2),
        (telling_apart, BITS, keras_tuner.Objective("val_hits", "max"), 1),
        (naming, BITS, "val_accuracy", 2),
    ],
)
def test_a_told_score_is_what_evaluate_gives(hypermodel, y, objective, stacked, tmp_path):
    made, rows = searched(tmp_path, hypermodel, objective, **given(y))
    assert list(rows["engine"]).count("fused") == stacked
    check_told(made, y)
