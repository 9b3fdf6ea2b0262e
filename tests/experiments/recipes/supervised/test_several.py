"""A model with several outputs as it is trained, one row of raw scores, and as it is saved."""

import re
from dataclasses import replace

import keras
import numpy as np
import pytest
from keras.layers import Activation, Dense
from scipy.special import expit, softmax

from experiments.api import Study
from experiments.errors import RequestError
from experiments.recipes.supervised.constant import constant_score
from experiments.recipes.supervised.several import Heads
from experiments.tasks import Task, from_arrays
from experiments.tasks.check import check_data
from experiments.tasks.several import Output, places

SEVERAL = {"kind": Output("softmax", 3), "size": Output("linear", 1), "tags": Output("multi_label", 2)}
X = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")


def model_of(kind, size, tags, as_list=False):
    inputs = keras.Input((4,))
    hidden = Dense(3, "tanh")(inputs)
    outputs = {"kind": kind(hidden), "size": size(hidden), "tags": tags(hidden)}
    return keras.Model(inputs, list(outputs.values())[::-1] if as_list else outputs)


ENDS = {
    "probabilities": lambda: model_of(Dense(3, "softmax"), Dense(1), Dense(2, "sigmoid")),
    "activation layers": lambda: model_of(
        lambda x: Activation("softmax")(Dense(3)(x)), Dense(1), lambda x: Activation("sigmoid")(Dense(2)(x))
    ),
    "raw scores": lambda: model_of(Dense(3), Dense(1), Dense(2, "sigmoid")),
    "layers with names": lambda: model_of(
        Dense(3, "softmax", name="kind"), Dense(1, name="size"), Dense(2, "sigmoid", name="tags"), as_list=True
    ),
    "one row": lambda: keras.Sequential([keras.Input((4,)), Dense(3, "tanh"), Dense(6)]),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_row_of_raw_scores_and_the_finished_model_are_one_thing(end, tmp_path):
    keras.utils.set_random_seed(0)
    model = ENDS[end]()
    heads = Heads(model, SEVERAL)
    row = heads.scores(heads.check(X))
    assert row.shape == (5, 6)
    finished = heads.finished()
    finished.save(tmp_path / "model.keras")
    given = keras.models.load_model(tmp_path / "model.keras")(X)
    given = given if isinstance(given, dict) else dict(zip(("tags", "size", "kind"), given, strict=True))
    np.testing.assert_allclose(given["kind"], softmax(row[:, :3], axis=1), rtol=1e-5)
    np.testing.assert_allclose(given["size"], row[:, 3:4], rtol=1e-5)
    np.testing.assert_allclose(given["tags"], expit(row[:, 4:]), rtol=1e-5)


def chained():
    inputs = keras.Input((4,))
    kind = Dense(3, "softmax")(inputs)
    return keras.Model(inputs, {"kind": kind, "size": Dense(1)(kind), "tags": Dense(2)(inputs)})


class Own(keras.Model):
    def call(self, x):
        return x


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: keras.Sequential([keras.Input((4,)), Dense(5)]),
            r"gives \(None, 5\), allowed are the outputs kind, size",
        ),
        (lambda: model_of(Dense(2), Dense(1), Dense(2)), r"the model gives \(None, 2\), the task wants \(None, 3\)"),
        (
            lambda: model_of(Dense(3), Dense(1), Dense(2, "relu")),
            "output tags does not show its end: end it in sigmoid",
        ),
        (
            lambda: model_of(Dense(3, "sigmoid"), Dense(1), Dense(2)),
            "output kind does not show its end: end it in softm",
        ),
        (chained, "output size is computed from its output kind; give kind an activation layer of its own"),
        (
            lambda: keras.Model(i := keras.Input((4,)), {"kind": Dense(3)(i)}),
            "has the outputs kind, the task has kind, s",
        ),
        (Own, "must be Sequential or functional: its class Own"),
    ],
)
def test_models_that_do_not_fit_are_refused(build, message):
    with pytest.raises(RequestError, match=message):
        Heads(build(), SEVERAL)


EXAMPLES = np.random.default_rng(1).normal(size=(60, 4))
TARGETS = {"kind": np.arange(60) % 3, "size": EXAMPLES[:, :1] * 2.0}
ASKED = {"data": (EXAMPLES, TARGETS), "factors": {"learning_rate": [0.1, 0.2]}}


def test_a_study_has_losses_weights_and_metrics_by_output():
    study = Study(**ASKED, loss={"size": "huber"}, loss_weights={"size": 0.5}, metrics=["size_rmse", "kind_f1_score"])
    made = study.declared
    assert (made.head, made.primary, made.direction, made.unit) == ("several", "size_rmse", "min", "")
    assert made.scorers["kind_f1_score"].unit == "share"
    assert made.labels(made.base)["loss"] == "each(kind=cross_entropy, size=0.5 huber)"
    assert Study(**ASKED).declared.metrics == (
        "kind_accuracy", "kind_cross_entropy", "size_mean_absolute_error", "size_mean_squared_error",
    )  # fmt: skip
    again = study_of({"name": "again", "loss": made.base["loss"], **ASKED})
    assert again.base["loss"] == made.base["loss"]


def study_of(table):
    return Study(**table).declared


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"loss": "huber"}, 'loss: got "huber", allowed is one for each output, such as { kind = "cross_entropy"'),
        ({"loss": {"kind": "hinge", "siz": "huber"}}, "loss: got kind, size, siz, allowed is one for each output"),
        ({"loss": {"size": "hinge"}}, 'loss size: got "hinge", which does not fit a linear head. Fitting: mean'),
        ({"factors": {"loss": ["huber"]}}, 'factors loss: got "huber", allowed is one for each output'),
        ({"loss_weights": {"siz": 1}}, 'loss weights: got "siz"; did you mean "size"?'),
        ({"loss_weights": {"size": -1}}, "loss weights size: got -1, allowed is 0 or more"),
        ({"metrics": ["accuracy"]}, 'metrics: got "accuracy", allowed is metrics by output, such as { kind'),
        ({"metrics": {"size": ["accuracy"]}}, 'metrics size: got "accuracy", which does not fit a linear head'),
        ({"metrics": {"siz": "rmse"}}, 'metrics of outputs: got "siz"; did you mean "size"?'),
        ({"head": {"kin": "softmax"}}, 'head: got { kin = "softmax" }, allowed is a head for some of the outputs kind'),
        ({"head": "softmax"}, 'head: got "softmax", allowed is a head for some of the outputs kind, size'),
        ({"data": (EXAMPLES, {"kind": EXAMPLES > 0})}, "output kind: y: got rows of 0 and 1 with"),
        ({"data": (EXAMPLES, {})}, "y: got {  }, allowed is a dictionary of one output or more"),
        ({"validation_data": (EXAMPLES, {"kind": 1})}, "validation_data: allowed is (x, y) with y a dictionary of"),
        ({"data": (EXAMPLES, TARGETS["kind"]), "loss_weights": {"a": 1}}, "loss_weights: given, but the data have one"),
        ({"data": (EXAMPLES, TARGETS["kind"]), "loss": {"a": "hinge"}}, "loss: got losses for a, but the task has one"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_outputs_is_told(asked, message):
    with pytest.raises(RequestError, match=re.escape(message)):
        Study(**ASKED | asked)


def test_targets_are_one_row_and_each_output_has_its_constant_guess():
    task = from_arrays(EXAMPLES, TARGETS, test_data=(EXAMPLES[:5] + 9, {name: y[:5] for name, y in TARGETS.items()}))
    data = task.draw(0)
    check_data(task, data)
    assert (data.y.shape, task.outputs, len(data.test)) == ((65, 2), 4, 5)
    assert np.bincount(data.y[data.validation, 0].astype(int)).tolist() == [4, 4, 4]
    for name, place in zip(("kind_cross_entropy", "size_mean_squared_error"), places(task.several), strict=True):
        own = replace(data, y=place.targets_in(data.y))
        metric = name.removeprefix(f"{place.name}_")
        alone = Task(place.head, (4,), place.outputs, lambda seed, own=own: own, (metric,))
        of_several = replace(task, metrics=(name,))
        assert constant_score(of_several, data) == pytest.approx(constant_score(alone, own))
    with pytest.raises(RequestError, match=r"y of kind has labels from 0 to 2, its softmax head with 2 outputs"):
        few = {"kind": Output("softmax", 2), "size": Output("linear", 1)}
        task = Task("several", (4,), 3, lambda seed: data, several=few)
        check_data(task, data)
    with pytest.raises(RequestError, match=r"y has the shape \[65, 2\] and there are 9 outputs in all"):
        check_data(Task("several", (4,), 9, lambda seed: data, several=few), data)
