"""Figures by layer: their names, and that both trainers measure the same."""

import contextlib

import keras
import numpy as np
import pytest

from custom.layers import HardTanh
from experiments.api import Study
from experiments.recipes.telemetry import names
from experiments.study.columns import telemetry_columns
from tests.custom.support import KERAS_COPIES
from tests.experiments.train.fused.stacks import TASK, at_once, trained, trained_serially

pytestmark = KERAS_COPIES


def test_layers_without_a_name_of_their_own_are_counted_from_the_input_on():
    layers = [keras.layers.Dense(1) for _ in range(3)] + [keras.layers.Dense(1, name="dense_7")]
    assert names(layers) == ["dense_0", "dense_1", "dense_2", "dense_3"]
    convolutions = [keras.layers.Conv2D(1, 1), keras.layers.PReLU(), keras.layers.Conv2D(1, 1)]
    assert names(convolutions) == ["conv2d_0", "p_re_lu_0", "conv2d_1"]
    assert names([keras.layers.LeakyReLU(), HardTanh(name="own"), keras.layers.SimpleRNN(1)]) == [
        "leaky_re_lu_0",
        "own",
        "simple_rnn_0",
    ]


def bounded(input_shape, outputs, slope=0.25, *, seed):
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Dense(5, kernel_initializer=keras.initializers.GlorotUniform(10 * seed)),
            HardTanh(learn_bounds=True),
            layers.Dense(4, "relu", kernel_initializer=keras.initializers.GlorotUniform(10 * seed + 1)),
            layers.LeakyReLU(slope),
            layers.Dense(outputs, "softmax", kernel_initializer=keras.initializers.GlorotUniform(10 * seed + 2)),
        ]
    )


def convolutional(**settings):
    return {"model": {"kind": "cnn", "filters": [3], "units": [4], "kernel_size": 2, **settings}}


STUDIES = {
    "mlp": {
        "model": {"units": [5, 4]},
        "design": "one-factor",
        "factors": {"activation": ["tanh", "relu", "hard_tanh", "gelu"], "regularizer": ["l1", "dropout", "sparsity"]},
    },
    "own": {"build": bounded, "factors": {"slope": [0.25, 0.5]}},
    "cnn": {**convolutional(), "factors": {"activation": ["tanh", "linear"]}},
    "rnn": {"model": {"kind": "rnn", "units": [3]}, "factors": {"learning_rate": [0.01, 0.02]}},
}


@pytest.mark.parametrize("kind", STUDIES)
def test_both_trainers_measure_the_same(kind):
    study = Study(data=TASK, epochs=2, batch_size=7, seeds=1, telemetry=True, **STUDIES[kind]).declared
    # stacks of all other kinds are compiled: this one is of three programs
    with at_once() if kind == "mlp" else contextlib.nullcontext():
        found = trained(study)
    for trial in study.trials if kind in ("mlp", "cnn") else study.trials[-1:]:  # of one form the last says it for both
        expected = trained_serially(study, trial)[0]
        ours = found[trial.cell, trial.seed][0]
        columns = telemetry_columns(expected.row)
        assert "gradient_norm/logits" in columns or kind == "own"
        linear = trial.settings.get("activation", {}).get("name") == "linear"
        assert any(name.startswith("dead/") for name in columns) != linear
        for left, right in zip([ours.row, *ours.history], [expected.row, *expected.history], strict=True):
            assert telemetry_columns(left) == columns
            np.testing.assert_allclose(
                [left[name] for name in columns], [right[name] for name in columns], rtol=1e-3, atol=1e-6
            )


def test_nobody_measures_unasked():
    study = Study(data=TASK, epochs=1, batch_size=7, seeds=1, factors={"activation": ["relu", "tanh"]}).declared
    with at_once():
        assert all(telemetry_columns(outcome.row) == [] for outcome, _ in trained(study).values())
        assert telemetry_columns(trained_serially(study, study.trials[0])[0].row) == []
