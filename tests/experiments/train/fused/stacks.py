"""Studies trained as stacks in this process, and trial by trial, for tests."""

import contextlib
import os

import numpy as np

from experiments.train import serial
from experiments.train.fused.cell import Cells
from experiments.train.fused.plan import plan
from experiments.train.fused.trainer import Trainer
from tests.experiments.eager import eager_steps, steps_of_keras_at_once
from tests.experiments.studies import classes

TASK, DATA = classes()  # 23 examples to train on
ALL = os.environ.get("EQUALITY") == "all"
_FEW = 5  # epochs whose steps are sooner taken than compiled


def at_once():
    """Neither trainer compiles meanwhile, where it is formulas that are compared; with EQUALITY=all both do."""
    return contextlib.nullcontext() if ALL else eager_steps()


def trained_serially(study, trial, task=TASK, data=DATA):
    """A trial's outcome and its model, from the serial trainer."""
    compiled = ALL or trial.settings["epochs"] > _FEW
    with contextlib.nullcontext() if compiled else steps_of_keras_at_once():
        return serial.train(study, trial, task, data)


def trainers(study, task=TASK, draw=lambda seed: DATA, change=lambda chunk: chunk):
    """A trainer for each chunk of the plan, not yet run; and the trials by cell and seed."""
    cells = Cells(study, task)
    chunks, refused = plan(study, study.trials, cells)
    assert not refused, refused
    trials = {(trial.cell, trial.seed): trial for trial in study.trials}
    assert sorted(pair for chunk in chunks for pair in chunk.trials) == sorted(trials)
    made = [Trainer(chunk, trials, cells, [draw(seed) for seed in chunk.seeds]) for chunk in map(change, chunks)]
    return made, trials


def trained(study, **options):
    """Outcome and weights of every trial, by cell and seed."""
    found = {}
    made, trials = trainers(study, **options)
    for trainer in made:
        outcomes = {outcome.trial: outcome for outcome in trainer.run()}
        for pair in trainer.chunk.trials:
            found[pair] = outcomes[trials[pair].id], trainer.model(*pair).get_weights()
    return found


def check_against_serial(study, rtol=1e-9, atol=1e-12):
    """Every trial trained in a stack has the weights and the row that the serial trainer gives."""
    found = trained(study)
    for trial in study.trials:
        expected, model = trained_serially(study, trial)
        outcome, weights = found[trial.cell, trial.seed]
        told = f"{study.labels(trial.settings)}"
        for ours, theirs in zip(weights, model.weights, strict=True):
            # before batch norm a bias has no gradient but rounding, which an adaptive optimizer makes larger
            loose = 1e-9 if theirs.name == "bias" and trial.settings.get("batch_normalization") else atol
            np.testing.assert_allclose(ours, np.asarray(theirs), rtol=rtol, atol=loose, err_msg=told)
        same_outcome(outcome, expected)
    return found


def same_outcome(ours, theirs):
    """The same row and history, to the float32 in which Keras adds up losses."""
    assert ours.row.keys() == theirs.row.keys()
    for name in ("status", "parameters", "epochs_run"):
        assert ours.row[name] == theirs.row[name]
    assert ours.answers == theirs.answers
    for left, right in zip([ours.row, *ours.history], [theirs.row, *theirs.history], strict=True):
        for name, value in right.items():
            if isinstance(value, float) and name != "seconds":
                np.testing.assert_allclose(left[name], value, rtol=1e-5, atol=1e-9, err_msg=name)
