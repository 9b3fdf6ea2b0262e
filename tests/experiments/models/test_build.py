"""A user's function gets what it asks for, and gives a model."""

import keras
import numpy as np
import pytest

from experiments.models.build import build
from experiments.study.study_table import read
from tests.experiments.studies import classes


def declared(function, **changes):
    task, _ = classes()
    table = {"name": "own", "factors": {"activation": ["relu", "tanh"]}, "seeds": 1, "epochs": 1}
    return task, read(table | changes, objects={"task": task, "model": function})


def test_arguments_arrive_by_name():
    seen = {}

    def own(activation, outputs, input_shape, kernel_regularizer, learning_rate, width=3, *, seed, head):
        seen.update(locals())
        return keras.Sequential([keras.Input(input_shape), keras.layers.Dense(outputs, activation="softmax")])

    task, study = declared(own, factors={"width": [5], "regularizer": ["l2"], "activation": ["tanh"]})
    build(study, study.trials[0], task)
    assert (seen["activation"], seen["outputs"], seen["input_shape"], seen["width"]) == ("tanh", 3, (4,), 5)
    assert (seen["seed"], seen["head"], seen["learning_rate"]) == (0, "softmax", 1e-3)
    assert seen["kernel_regularizer"].l2 == pytest.approx(1e-4)


def test_a_model_that_leaves_its_seeds_to_keras_is_seeded():
    def own(activation):
        return keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation=activation)])

    task, study = declared(own)
    first = build(study, study.trials[0], task).get_weights()[0]
    np.random.default_rng().normal(size=3)
    np.testing.assert_array_equal(first, build(study, study.trials[0], task).get_weights()[0])


def test_what_is_no_model_is_refused():
    task, study = declared(lambda activation: "no model")
    with pytest.raises(TypeError, match=r"gave a str, allowed is a keras\.Model"):
        build(study, study.trials[0], task)


def test_a_sequential_without_input_is_built():
    task, study = declared(lambda activation: keras.Sequential([keras.layers.Dense(3, activation=activation)]))
    assert build(study, study.trials[0], task).output_shape == (None, 3)


def test_a_salt_changes_the_weights_of_a_seed_and_nothing_else():
    task, _ = classes()
    table = {"name": "salted", "factors": {"salt": [0, 1, 2]}, "seeds": 2, "epochs": 1, "model": {"units": [5]}}
    study = read(table, objects={"task": task})
    weights = {(t.settings["salt"], t.seed): build(study, t, task).get_weights()[0] for t in study.trials}
    assert len({weight.tobytes() for weight in weights.values()}) == 6
    plain = read(table | {"factors": {"activation": ["relu"]}}, objects={"task": task})
    np.testing.assert_array_equal(weights[0, 1], build(plain, plain.trials[1], task).get_weights()[0])
