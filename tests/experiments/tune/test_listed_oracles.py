"""Oracles of designs: which combinations, in which order, for which seeds; with keras-tuner's own tuner and ours."""

import itertools

import keras
import keras_tuner
import numpy as np
import pandas as pd
import pytest

from experiments.tune.fused_tuner import FusedTuner
from experiments.tune.listed_oracles import AblationOracle, FactorialOracle
from experiments.tune.oracles import ask, tell
from tests.custom.support import KERAS_COPIES

pytestmark = KERAS_COPIES


def space():
    found = keras_tuner.HyperParameters()
    found.Choice("activation", ["relu", "tanh"])
    found.Choice("regularizer", ["none", "dropout"])
    with found.conditional_scope("regularizer", ["dropout"]):
        found.Float("rate", 0.25, 0.75, step=0.25)
    return found


def proposed(oracle, together=3):
    oracle.verbose = 0
    oracle.save = oracle._save_trial = lambda *_: None
    found = []
    while some := ask(oracle, together):
        for trial in some:
            found.append(dict(trial.hyperparameters.values))
            tell(oracle, trial, 0.5)
    return found


def test_a_factorial_design_has_every_active_combination_once():
    found = FactorialOracle(objective="val_loss", hyperparameters=space()).combinations()
    assert found == [
        values
        for activation in ("relu", "tanh")
        for values in (
            {"activation": activation, "regularizer": "none"},
            *({"activation": activation, "regularizer": "dropout", "rate": rate} for rate in (0.25, 0.5, 0.75)),
        )
    ]


@pytest.mark.parametrize("together", [1, 3, 100])
def test_each_seed_has_the_whole_design_in_turn(together):
    oracle = FactorialOracle(objective="val_loss", hyperparameters=space(), seeds=2)
    found = proposed(oracle, together)
    assert [values.pop("seed") for values in found] == [0] * 8 + [1] * 8
    assert found[:8] == found[8:] == oracle.combinations()


def test_one_factor_at_a_time():
    found = AblationOracle(
        objective="val_loss", hyperparameters=space(), baseline={"activation": "tanh"}
    ).combinations()
    assert found == [
        {"activation": "tanh", "regularizer": "none"},
        {"activation": "relu", "regularizer": "none"},
        {"activation": "tanh", "regularizer": "dropout", "rate": 0.25},
    ]


def test_leave_one_out():
    oracle = AblationOracle(
        objective="val_loss",
        hyperparameters=space(),
        baseline={"regularizer": "dropout", "rate": 0.5},
        without={"regularizer": "none", "activation": "tanh"},
    )
    assert oracle.design == "leave-one-out"
    assert oracle.combinations() == [
        {"activation": "relu", "regularizer": "dropout", "rate": 0.5},
        {"activation": "relu", "regularizer": "none"},
        {"activation": "tanh", "regularizer": "dropout", "rate": 0.5},
    ]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda **given: FactorialOracle(**given, seeds=0), "seeds: got 0, expected a whole number of at least 1"),
        (lambda **given: FactorialOracle(**given, seeds=True), "seeds: got True"),
        (lambda **given: AblationOracle(**given, baseline={"activatoin": "relu"}).combinations(), "activatoin: got"),
        (
            lambda **given: AblationOracle(**given, without={"regularizer": "none"}).combinations(),
            "without regularizer: got 'none', which is the baseline itself",
        ),
    ],
)
def test_what_does_not_fit_is_told(make, message):
    with pytest.raises(ValueError, match=message):
        make(objective="val_loss", hyperparameters=space())


def test_a_range_without_steps_has_no_combinations():
    hp = keras_tuner.HyperParameters()
    hp.Float("rate", 0.0, 1.0)
    with pytest.raises(ValueError, match=r"rate: got a range from 0\.0 to 1\.0, expected one with a step"):
        FactorialOracle(objective="val_loss", hyperparameters=hp).combinations()


def build(hp):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, hp.Choice("activation", ["relu", "tanh"]))])
    model.add(keras.layers.Dense(1))
    model.compile(keras.optimizers.SGD(hp.Choice("rate", [0.1])), "mse")
    return model


@pytest.mark.parametrize("kind", [keras_tuner.Tuner, FusedTuner])
def test_tuners_go_through_the_design(kind, tmp_path):
    x = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
    oracle = FactorialOracle(objective="val_loss", seeds=2)
    made = kind(oracle, build, directory=tmp_path, project_name="own")
    made.search(x[:30], x[:30, :1], validation_data=(x[30:], x[30:, :1]), epochs=1, verbose=0)
    tried = [
        tuple(trial.hyperparameters.values[name] for name in ("activation", "rate", "seed"))
        for _, trial in sorted(made.oracle.trials.items())
    ]
    assert sorted(tried) == sorted(itertools.product(["relu", "tanh"], [0.1], [0, 1]))
    if kind is FusedTuner:
        rows = pd.read_csv(f"{made.project_dir}/executions.csv")
        assert sorted(rows["seed"]) == [0] * 2 + [1] * 2
        assert rows.groupby(["activation", "rate"])["validation_loss"].nunique().eq(2).all()
