"""The quadratic, trained by the real trainers: what gradient descent does to it is known exactly."""

import numpy as np
import pytest

from experiments.models.linear import linear
from experiments.recipes.recipe import task_of
from experiments.study.study_file import read
from experiments.tasks.quadratic import quadratic
from tests.experiments.eager import OF_EAGER_STEPS, eager_steps
from tests.experiments.train.fused.stacks import trained, trained_serially

EIGENVALUES = [1.0, 8.0, 64.0]
LIMIT = 2 / 64  # the largest rate that does not diverge


def study(factors, **changes):
    task = {"name": "quadratic", "eigenvalues": EIGENVALUES}
    table = {"name": "q", "task": task, "model": {"kind": "linear", "bias": False}, "seeds": 2, "optimizer": "sgd"}
    return read({**table, "factors": factors, **changes})


def descended(rate, seed, steps, momentum=0.0):
    """f after each step of gradient descent, in float64."""
    w = linear((3,), 1, "linear", bias=False, seed=seed).get_weights()[0][:, 0].astype(float)
    velocity, found = np.zeros(3), []
    for _ in range(steps):
        velocity = momentum * velocity - rate * np.multiply(EIGENVALUES, w)
        w = w + velocity
        found.append(0.5 * np.sum(EIGENVALUES * w**2))
    return found


@pytest.mark.parametrize("w", [(1.0, 1.0, 1.0), (0.3, -2.0, 0.01)])
def test_the_mean_squared_error_is_the_function(w):
    data = quadratic(eigenvalues=EIGENVALUES).draw(0)
    for part in (data.train, data.validation, data.test):
        assert np.mean((data.x[part] @ w) ** 2) == pytest.approx(0.5 * np.sum(np.multiply(EIGENVALUES, np.square(w))))
    hessian = 2 * data.x[data.train].T @ data.x[data.train] / len(data.train)
    np.testing.assert_allclose(np.linalg.eigvalsh(hessian), EIGENVALUES, rtol=1e-6)


@OF_EAGER_STEPS
def test_it_diverges_above_two_over_the_largest_eigenvalue_and_not_below():
    rates = [0.5 * LIMIT, 0.96875 * LIMIT, 1.03125 * LIMIT, 2 * LIMIT]
    found = study({"learning_rate": rates}, epochs=42)
    task = task_of(found, found.base)
    with eager_steps():
        stacked = trained(found, task=task, draw=task.draw)
    for trial in found.trials:
        outcome, rate = stacked[trial.cell, trial.seed][0], trial.settings["learning_rate"]
        expected = descended(rate, trial.seed, 42)
        assert "constant_score" not in outcome.row  # predicting 0 is perfect here, and no chance level
        if rate == 2 * LIMIT:  # times 3 at each step: beyond what float32 holds
            assert outcome.row["status"] == "diverged" and expected[-1] > 2.0**128
            continue
        told = [entry["validation_mean_squared_error"] for entry in outcome.history]
        np.testing.assert_allclose(told, expected, rtol=1e-3)
        assert (np.diff(told) < 0).all() if rate < LIMIT else told[-1] > 10 * told[0]


@OF_EAGER_STEPS
def test_trained_one_by_one_it_is_the_same_with_momentum_and_with_adam():
    optimizers = [{"name": "sgd", "momentum": 0.5}, "adam"]
    found = study({"optimizer": optimizers}, epochs=5, seeds=1, learning_rate=LIMIT / 2)
    task = task_of(found, found.base)
    with eager_steps():
        stacked = trained(found, task=task, draw=task.draw)
    for trial in found.trials:
        alone, _ = trained_serially(found, trial, task, task.draw(0))
        told = [entry["validation_mean_squared_error"] for entry in alone.history]
        both = [entry["validation_mean_squared_error"] for entry in stacked[trial.cell, 0][0].history]
        np.testing.assert_allclose(both, told, rtol=1e-5)
        if trial.settings["optimizer"]["name"] == "sgd":
            np.testing.assert_allclose(told, descended(LIMIT / 2, 0, 5, momentum=0.5), rtol=1e-4)
        else:
            assert told[-1] < told[0]
