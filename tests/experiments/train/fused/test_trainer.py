"""A stack of trials against the serial trainer: the same weights, trial by trial, in float64."""

import keras
import numpy as np
import pytest

from experiments.notebook import Study
from experiments.tasks.load import load
from experiments.train import serial
from experiments.train.fused.cell import Cells
from experiments.train.fused.plan import plan
from experiments.train.fused.trainer import Trainer
from tests.custom.support import KERAS_COPIES

pytestmark = KERAS_COPIES
BATCH, EPOCHS = 128, 2
TASK = load({"name": "digits"})
# numbers that float32 holds exactly: Keras rounds some of its constants to it, in float64 as well
ADAM = {"beta_1": 0.875, "beta_2": 0.96875}
OPTIMIZERS = [
    {"name": "sgd"},
    {"name": "sgd", "momentum": 0.875, "nesterov": True},
    {"name": "rmsprop", "rho": 0.875},
    {"name": "adam", **ADAM},
    {"name": "adamw", "weight_decay": 0.125, **ADAM},
]
PENALTIES = [{"name": "l1", "l1": 2.0**-12}, {"name": "l2", "l2": 2.0**-10}, "none"]


@pytest.fixture(autouse=True)
def _float64():
    for change in (keras.config.set_floatx, keras.config.set_dtype_policy):
        change("float64")
    yield
    for change in (keras.config.set_floatx, keras.config.set_dtype_policy):
        change("float32")


def check(study):
    """Every trial of the study, trained in stacks, has the weights and the row that the serial trainer gives."""
    cells = Cells(study, TASK)
    chunks, refused = plan(study, study.trials, cells, TASK)
    assert not refused
    trials = {(trial.cell, trial.seed): trial for trial in study.trials}
    assert sorted(pair for chunk in chunks for pair in chunk.trials) == sorted(trials)
    for chunk in chunks:
        trainer = Trainer(study, chunk, trials, cells, TASK, [TASK.draw(seed) for seed in chunk.seeds])
        outcomes = {outcome.trial: outcome for outcome in trainer.run()}
        for pair in chunk.trials:
            expected, model = serial.train(study, trials[pair], TASK, TASK.draw(pair[1]))
            ours, theirs = (one.get_weights() for one in (trainer.model(*pair), model))
            for left, right in zip(ours, theirs, strict=True):
                np.testing.assert_allclose(left, right, rtol=1e-9, atol=1e-12)
            same_outcome(outcomes[trials[pair].id], expected)


def same_outcome(ours, theirs):
    """The same row and history, to the float32 in which Keras adds up losses."""
    assert ours.row.keys() == theirs.row.keys()
    for name in ("status", "parameters", "epochs_run"):
        assert ours.row[name] == theirs.row[name]
    for left, right in zip([ours.row, *ours.history], [theirs.row, *theirs.history], strict=True):
        for name, value in right.items():
            if isinstance(value, float) and name != "seconds":
                np.testing.assert_allclose(left[name], value, rtol=1e-6, err_msg=name)


def study_of(optimizer, factors, seeds=2, **model):
    losses = ["cross_entropy", {"name": "huber", "delta": 0.5}]
    factors = {"loss": losses, "learning_rate": [2.0**-7, 2.0**-9], **factors}
    return Study(
        task="digits",
        design="one-factor",
        factors=factors,
        baseline={name: levels[0] for name, levels in factors.items()},
        optimizer=optimizer,
        batch_size=BATCH,
        epochs=EPOCHS,
        seeds=seeds,
        model={"kind": "mlp", "units": [6, 5], **model},
    ).declared


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda one: "-".join(map(str, one.values())))
def test_optimizers_activations_losses_and_penalties(optimizer):
    check(study_of(optimizer, {"activation": ["tanh"], "regularizer": PENALTIES}, seeds=1))


def test_functions_by_slices_with_normalization():
    check(study_of(OPTIMIZERS[1], {"activation": ["relu", "sigmoid"]}, batch_normalization=True))


def test_dropout_draws_what_keras_draws():
    rates = [{"name": "dropout", "rate": rate} for rate in (0.25, 0.5)]
    check(study_of(OPTIMIZERS[0], {"activation": ["tanh"], "regularizer": rates}))


def test_sparsity_of_activations():
    levels = [{"name": "sparsity", "target": 0.125, "weight": weight} for weight in (0.5, 0.0625)]
    check(study_of(OPTIMIZERS[0], {"activation": ["sigmoid"], "regularizer": levels}))
