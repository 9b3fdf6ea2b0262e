"""A study as a `HyperModel` for keras-tuner's own tuners."""

import keras
import keras_tuner
import numpy as np
import pytest

from experiments.models.build import build
from experiments.tasks.load import load
from experiments.tune.study_hypermodel import StudyHyperModel
from tests.custom.support import KERAS_COPIES
from tests.experiments.studies import tiny

pytestmark = KERAS_COPIES


@pytest.mark.parametrize(
    ("task", "objective"), [("xor", "val_accuracy"), ("blobs", "val_accuracy"), ("sine", "val_mae")]
)
def test_keras_tuner_searches_a_study(task, objective, tmp_path):
    study = tiny(task={"name": task, "n": 60}, factors={"activation": ["relu", "tanh"], "learning_rate": [0.1, 0.01]})
    tuner = keras_tuner.RandomSearch(
        StudyHyperModel(study), keras_tuner.Objective(objective, "max"), 1, 1, directory=tmp_path, project_name="p"
    )
    data = load({"name": task, "n": 60}).draw(0)
    parts = [(data.x[index], data.y[index]) for index in (data.train, data.validation)]
    tuner.search(*parts[0], validation_data=parts[1], epochs=2, verbose=0)
    trials = tuner.oracle.trials.values()
    assert [trial.status for trial in trials] == ["COMPLETED"]
    assert all(set(trial.hyperparameters.values) == {"activation", "learning_rate"} for trial in trials)


def test_a_model_is_that_of_the_cell():
    study = tiny(factors={"activation": ["relu", "tanh"], "units": [[4], [6, 6]]})
    hp = keras_tuner.HyperParameters()
    hp.values = {"activation": "tanh", "units": "6-6"}
    made = StudyHyperModel(study, seed=3).build(hp)
    trial = study.trial(study.base | {"activation": study.factors["activation"][1], "units": [6, 6]}, 3)
    for ours, theirs in zip(made.weights, build(study, trial, load({"name": "xor"})).weights, strict=True):
        np.testing.assert_array_equal(np.asarray(ours), np.asarray(theirs))


def test_a_hidden_sigmoid_is_taken_for_what_it_is():
    study = tiny()
    hidden = [keras.layers.Dense(1, "sigmoid"), keras.layers.Reshape((1,))]
    study.objects["model"] = lambda: keras.Sequential([keras.Input((2,)), *hidden])
    model = StudyHyperModel(study).build(keras_tuner.HyperParameters())
    assert model.loss.probabilities
    assert model.get_compile_config()["metrics"][0]["config"]["threshold"] == 0.5
