"""The double well, trained by the real trainers: each start ends in the basin that it lies in."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from experiments.models.well import well
from experiments.recipes.recipe import task_of
from experiments.study.study_file import read
from experiments.tasks.double_well import double_well
from tests.experiments.eager import OF_EAGER_STEPS, eager_steps
from tests.experiments.train.fused.stacks import trained, trained_serially

TILT, RATE, EPOCHS, SEEDS = 0.5, 0.03125, 40, 6


def f(w):
    return (w**2 - 1) ** 2 + TILT * w


CONSTANT = (5 + TILT**2) / 4
BARRIER = sorted(np.roots([4, 0, -4, TILT]).real)[1]  # between the two minima
MINIMA = {
    "left": minimize_scalar(f, bounds=(-2, BARRIER), method="bounded", options={"xatol": 1e-10}),
    "right": minimize_scalar(f, bounds=(BARRIER, 2), method="bounded", options={"xatol": 1e-10}),
}


@pytest.mark.parametrize("tilt", [-1.0, 0.0, 0.5])
def test_the_mean_squared_error_is_the_function_and_a_constant(tilt):
    data = double_well(tilt=tilt).draw(0)
    for part in (data.train, data.validation, data.test):
        for w in (-1.7, -1.0, 0.0, 0.3, 2.0):
            z = w * data.x[part]
            error = np.mean((z**2 + z - data.y[part]) ** 2)
            assert error == pytest.approx((w**2 - 1) ** 2 + tilt * w + (5 + tilt**2) / 4, rel=1e-6)


@OF_EAGER_STEPS
def test_each_start_ends_in_its_basin():
    table = {"name": "w", "task": {"name": "double_well", "tilt": TILT}, "model": {"kind": "well"}, "optimizer": "sgd"}
    study = read({**table, "factors": {"learning_rate": [RATE]}, "epochs": EPOCHS, "seeds": SEEDS})
    task = task_of(study, study.base)
    with eager_steps():
        stacked = trained(study, task=task, draw=task.draw)
    ends = []
    for trial in study.trials:
        start = float(well((1,), 1, "linear", seed=trial.seed).get_weights()[0][0, 0])
        outcome, weights = stacked[trial.cell, trial.seed]
        side = "left" if start < BARRIER else "right"
        assert float(weights[0][0, 0]) == pytest.approx(MINIMA[side].x, abs=1e-3), start
        assert outcome.row["validation_mean_squared_error"] == pytest.approx(MINIMA[side].fun + CONSTANT, rel=1e-4)
        ends.append(side)
    assert {*ends} == {"left", "right"}
    assert MINIMA["right"].fun - MINIMA["left"].fun > 0.9  # so that the score tells which

    first = replace(study.trials[0], settings=study.trials[0].settings | {"epochs": 5})
    w = float(well((1,), 1, "linear", seed=0).get_weights()[0][0, 0])
    for _ in range(5):
        w -= RATE * (4 * w * (w**2 - 1) + TILT)
    _, model = trained_serially(study, first, task, task.draw(0))
    assert float(model.get_weights()[0][0, 0]) == pytest.approx(w, rel=1e-5)
