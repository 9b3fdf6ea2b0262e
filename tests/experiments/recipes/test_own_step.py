"""Models that train by their own step: handed what `fit` hands over, scored by what their authors measure."""

import keras
import numpy as np
import pytest

from experiments.api import Study
from experiments.errors import RequestError
from experiments.recipes.recipe import task_of
from experiments.train import forms, serial
from experiments.train.fused.cell import Cells
from tests.experiments.eager import steps_of_keras_at_once

X = np.random.default_rng(0).normal(1.0, 2.0, (40, 3)).astype(np.float32)
SEEN: list[type] = []


class Centre(keras.Model):
    """Learns a point near all examples, by a step of its own and without a `call`."""

    def __init__(self, rate, **kwargs):
        super().__init__(**kwargs)
        self.point = self.add_weight(shape=(3,), initializer="zeros", name="point")
        self.rate = rate
        self.error = keras.metrics.Mean(name="error")

    def _error(self, x):
        return keras.ops.mean(keras.ops.square(x - self.point))

    def train_step(self, data):
        SEEN.append(type(data))
        x = data[0] if isinstance(data, tuple) else data
        self.point.assign(self.point + self.rate * keras.ops.mean(x - self.point, axis=0))
        self.error.update_state(self._error(x))
        return {"error": self.error.result()}

    def test_step(self, data):
        self.error.update_state(self._error(data[0] if isinstance(data, tuple) else data))
        return {"error": self.error.result()}


def centre(rate=0.1):
    model = Centre(rate)
    model.compile()
    return model


def furthest(model, x, y):
    return keras.ops.max(keras.ops.abs(x - model.point))


def declared(**settings):
    given = {"build": centre, "data": X, "recipe": "own_step", "metrics": ["error", (furthest, "min")], "seeds": 1,
             "factors": {"rate": [0.1, 0.5]}, "epochs": 2, "batch_size": 8}  # fmt: skip
    return Study(**(given | settings)).declared


def trained(study):
    task = task_of(study, study.base)
    task = type(task)(**{**vars(task), "metrics": study.metrics, "scorers": study.scorers})
    data = task.draw(0)
    assert forms.check(study, study.trials, task, data, Cells(study, task)) == []
    with steps_of_keras_at_once():
        return data, [serial.train(study, trial, task, data) for trial in study.trials]


def test_it_learns_and_is_scored_as_its_author_has_it() -> None:
    SEEN.clear()
    data, found = trained(declared())
    assert tuple not in SEEN  # x alone, as `fit(x)` hands it over
    for (outcome, model), rate in zip(found, (0.1, 0.5), strict=True):
        point, losses = np.zeros(3), []
        for epoch in range(2):
            order = data.train[np.random.default_rng([0, epoch]).permutation(len(data.train))]
            for start in range(0, len(order), 8):
                x = X[order[start : start + 8]].astype(float)
                point = point + rate * (x - point).mean(axis=0)
                losses.append(np.square(x - point).mean())
        np.testing.assert_allclose(model.point, point, rtol=1e-5)
        row, tested = outcome.row, X[data.test]
        assert row["test_error"] == pytest.approx(np.square(tested - point).mean(), rel=1e-4)
        assert row["test_furthest"] == pytest.approx(np.abs(tested - point).max(), rel=1e-5)
        assert row["train_loss"] == pytest.approx(np.mean(losses[-len(losses) // 2 :]), rel=1e-4)
        assert (row["parameters"], "validation_loss" in row) == (3, False)


def test_with_targets_it_is_handed_both() -> None:
    SEEN.clear()
    trained(declared(data=(X, np.arange(40) % 2)))
    assert {*SEEN} == {tuple}


def test_what_can_t_be_scored_is_refused_by_name() -> None:
    with pytest.raises(RequestError, match="metrics: got none, the recipe own_step needs them"):
        declared(metrics=None)
    with pytest.raises(RequestError, match="whether more or less of sharpness is better is not clear"):
        declared(metrics=["sharpness"])
    with pytest.raises(RequestError, match=r"evaluate returns \['error'\], and not kl_loss"):
        trained(declared(metrics=["kl_loss"]))
    with pytest.raises(RequestError, match="learning_rate: given, but the recipe own_step has no such setting"):
        declared(learning_rate=0.1)


def plain():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])


def test_a_model_that_is_not_compiled_is_refused() -> None:
    with pytest.raises(RequestError, match=r"plain gave one that is not; end the function in model.compile"):
        trained(declared(build=plain, factors={"batch_size": [8, 16]}))


def test_patience_needs_a_validation_loss() -> None:
    study = declared(patience=2)
    task = task_of(study, study.base)
    task = type(task)(**{**vars(task), "metrics": study.metrics, "scorers": study.scorers})
    with steps_of_keras_at_once(), pytest.raises(RequestError, match="patience: waits for a lower validation loss"):
        serial.train(study, study.trials[0], task, task.draw(0))


def test_what_a_step_of_the_authors_own_raises_is_not_hidden(monkeypatch) -> None:
    def broken(self, data):
        raise ValueError("a slip in the step")

    monkeypatch.setattr(Centre, "test_step", broken)
    with pytest.raises(ValueError, match="a slip in the step"):
        trained(declared())
