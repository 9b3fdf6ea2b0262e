"""A stack of trials against the serial trainer: the same weights, trial by trial, in float64."""

import keras
import numpy as np
import pytest
from keras import ops

from experiments.notebook import Study
from experiments.tasks.load import load
from experiments.train import serial
from experiments.train.fused.cell import make
from experiments.train.fused.program import Program
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


def trained_as_a_stack(study):
    """The trials' weights after training, by seed and cell, with the cells' trials and the mean losses."""
    cells = sorted((make(study, trial, TASK) for trial in study.trials if trial.seed == 0), key=lambda c: c.slices)
    assert [cell.refuses for cell in cells] == [None] * len(cells)
    assert len({cell.structure for cell in cells}) == 1
    data = [TASK.draw(seed) for seed in study.seeds]
    trials = {(trial.seed, trial.cell): trial for trial in study.trials}
    made = [[make(study, trials[seed, cell.trial.cell], TASK) for cell in cells] for seed in study.seeds]
    program = Program(cells, data[0].scale, "float64")
    states = {
        at: np.stack([np.asarray(of_seed[0].layers[at].seed_generator.state) for of_seed in made])
        for at in program.random
    }
    state = program.begin(
        [[[w for of_layer in cell.weights() for w in of_layer] for cell in of_seed] for of_seed in made]
    )
    x, y = ops.convert_to_tensor(data[0].x), ops.convert_to_tensor(data[0].y)
    count = len(data[0].train)
    steps, rest = divmod(count, BATCH)
    assert rest  # the short last batch takes part
    for epoch in range(EPOCHS):
        order = np.stack(
            [
                one.train[np.random.default_rng([seed, epoch]).permutation(count)].astype("int32")
                for seed, one in zip(study.seeds, data, strict=True)
            ]
        )
        whole = np.moveaxis(order[:, : steps * BATCH].reshape(len(data), steps, BATCH), 1, 0)
        first = epoch * (steps + 1)
        draws = program.draws(states, first, steps, BATCH)
        last_draws = [one[0] for one in program.draws(states, first + steps, 1, rest)]
        last = order[:, steps * BATCH :]
        state = program.epoch(state, x, y, *map(_tensors, (whole, draws, last, last_draws)))
    loss = np.asarray(state["loss"]) / count
    return data, {
        (seed, cell.trial.cell): (program.alone(state, s, c), loss[s, c])
        for s, seed in enumerate(study.seeds)
        for c, cell in enumerate(cells)
    }


def _tensors(value):
    return [ops.convert_to_tensor(one) for one in value] if isinstance(value, list) else ops.convert_to_tensor(value)


def check(study):
    data, stacked = trained_as_a_stack(study)
    for trial in study.trials:
        weights, loss = stacked[trial.seed, trial.cell]
        outcome, model = serial.train(study, trial, TASK, data[study.seeds.index(trial.seed)])
        expected = [np.asarray(weight) for layer in model.layers for weight in layer.weights]
        for ours, theirs in zip(weights, expected, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-11)
        np.testing.assert_allclose(loss, outcome.row["train_loss"], rtol=1e-6)  # Keras adds it up in float32


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
