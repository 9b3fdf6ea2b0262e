"""The perceptron's rule in a study, held against the rule written out in NumPy."""

import numpy as np
import pytest

from custom.models import PerceptronClassifier
from experiments.errors import RequestError
from experiments.recipes.recipe import recipe_of, task_of
from experiments.study.study_table import read
from experiments.train import forms, serial
from experiments.train.fused.cell import Cells

TABLE = {
    "name": "rule",
    "recipe": "perceptron",
    "task": {"name": "and_gate", "n": 60, "noise": 0.02},
    "factors": {"bias": [True, False]},
    "learning_rate": 0.5,
    "seeds": 1,
    "epochs": 12,
}


def follow_rule(x, y, seed, *, rate, bias, epochs):
    """Weights, bias, the mistakes of every epoch."""
    w, b, mistakes = np.zeros(x.shape[1]), 0.0, []
    for epoch in range(epochs):
        wrong = 0
        for place in np.random.default_rng([seed, epoch]).permutation(len(x)):
            error = y[place] - float(w @ x[place] + b >= 0)
            w, b = w + rate * error * x[place], b + rate * error * bias
            wrong += abs(error)
        mistakes.append(wrong)
        if not wrong:
            break
    return w, b, mistakes


@pytest.fixture(scope="module")
def study():
    return read(TABLE)


@pytest.fixture(scope="module")
def drawn(study):
    task = task_of(study, study.base)
    return task, task.draw(0)


@pytest.mark.parametrize("place", [0, 1])
def test_a_trial_follows_the_rule(study, drawn, place) -> None:
    task, data = drawn
    trial = study.trials[place]
    outcome, model = serial.train(study, trial, task, data)
    x, y = data.x[data.train].astype(float), data.y[data.train]
    w, b, mistakes = follow_rule(x, y, 0, rate=0.5, bias=trial.settings["bias"], epochs=12)
    assert [entry["train_loss"] for entry in outcome.history] == mistakes
    assert type(model) is PerceptronClassifier
    np.testing.assert_allclose(np.ravel(model.perceptron.kernel), w, rtol=1e-4)
    np.testing.assert_allclose(np.ravel(model.perceptron.bias), b, rtol=1e-6)
    row = outcome.row
    right = (data.x[data.test] @ w + b >= 0) == data.y[data.test]
    assert row["test_accuracy"] == pytest.approx(right.mean())
    assert row["validation_total_mistakes"] == sum(mistakes)
    assert row["test_converged"] == float(mistakes[-1] == 0)
    assert row["parameters"] == 2 + trial.settings["bias"]
    assert row["constant_score"] == pytest.approx(np.mean(data.y[data.validation] == 0))


def test_it_ends_within_the_bound_where_a_line_divides_the_classes_and_not_where_none_does(study, drawn) -> None:
    task, data = drawn
    row = serial.train(study, study.trials[0], task, data)[0].row
    x, y = data.x[data.train].astype(float), 2 * data.y[data.train] - 1
    line = np.array([1.0, 1.0, -1.5]) / np.linalg.norm([1.0, 1.0, -1.5])
    extended = np.column_stack([x, np.ones(len(x))])
    margin = (y * (extended @ line)).min()
    assert margin > 0
    assert row["validation_converged"] == 1
    assert row["validation_total_mistakes"] <= (np.linalg.norm(extended, axis=1).max() / margin) ** 2
    origin = serial.train(study, study.trials[1], task, data)[0].row  # AND is impossible at b = 0
    assert (origin["validation_converged"], origin["epochs_run"]) == (0, 12)


def test_it_is_tried_before_it_trains(study, drawn) -> None:
    task, data = drawn
    assert forms.check(study, study.trials, task, data, Cells(study, task)) == []
    assert recipe_of(study).stacking(study, task) == "the recipe perceptron trains its trials one by one"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"task": "blobs"}, "the task blobs has a softmax head, and perceptron learns tasks with the head sigmoid"),
        ({"model": {"kind": "cnn"}}, 'got "cnn", which the recipe perceptron does not train. Fitting: perceptron'),
        ({"loss": "hinge"}, "loss: given, but the recipe perceptron has no such setting. It has learning_rate"),
        ({"factors": {"optimizer": ["sgd", "adam"]}}, 'factors optimizer: got "optimizer"'),
        ({"metrics": ["cross_entropy"]}, 'got "cross_entropy", which does not fit a step head. Fitting: accuracy'),
    ],
)
def test_a_wrong_request_names_what_fits(changed, told) -> None:
    with pytest.raises(RequestError) as raised:
        read(TABLE | changed)
    assert told in str(raised.value)


def test_a_supervised_study_has_no_setting_of_another_recipe() -> None:
    table = {"name": "a", "task": "xor", "factors": {"activation": ["relu", "tanh"]}, "critic_steps": 5}
    with pytest.raises(RequestError, match="critic_steps: given, but the recipe supervised has no such setting"):
        read(table)
    with pytest.raises(RequestError, match='model kind: got "gan", which the recipe supervised does not train'):
        read(table | {"model": {"kind": "gan"}, "critic_steps": None})
