"""What a prediction without looking scores, against scikit-learn's dummies."""

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.metrics import log_loss

from experiments.recipes.supervised.constant import constant_score
from experiments.tasks import Data, Task


def data(y):
    order = np.arange(len(y))
    return Data(np.zeros((len(y), 1), np.float32), y, order[:60], order[60:90], order[90:])


@pytest.mark.parametrize("metric", ["accuracy", "cross_entropy"])
@pytest.mark.parametrize(("head", "classes"), [("softmax", 4), ("sigmoid", 2)])
def test_classes_by_how_often_they_occur(head, classes, metric):
    y = np.random.default_rng(0).choice(classes, 120, p=np.arange(1, classes + 1) / np.arange(1, classes + 1).sum())
    one = data(y)
    task = Task(head, (1,), 1 if head == "sigmoid" else classes, lambda _: one, (metric,))
    dummy = DummyClassifier(strategy="prior").fit(one.x[one.train], y[one.train])
    expected = (
        dummy.score(one.x[one.validation], y[one.validation])
        if metric == "accuracy"
        else log_loss(y[one.validation], dummy.predict_proba(one.x[one.validation]), labels=dummy.classes_)
    )
    assert constant_score(task, one) == pytest.approx(expected)


def test_values_by_their_mean():
    y = np.random.default_rng(1).normal(size=(120, 2)).astype(np.float32)
    one = data(y)
    task = Task("linear", (1,), 2, lambda _: one, ("mean_squared_error",))
    dummy = DummyRegressor().fit(one.x[one.train], y[one.train])
    expected = np.mean((dummy.predict(one.x[one.validation]) - y[one.validation]) ** 2)
    assert constant_score(task, one) == pytest.approx(expected, rel=1e-5)


def test_labels_fractions_and_ordered_classes_by_their_means():
    generator = np.random.default_rng(2)
    labels = (generator.random((120, 2)) < [0.1, 0.7]).astype(np.float32)
    classes = generator.choice(3, 120, p=[0.2, 0.5, 0.3])
    for head, y, bits in (
        ("multi_label", labels, labels),
        ("fractions", (fractions := generator.random((120, 2)).astype(np.float32)), fractions),
        ("ordinal", classes, np.stack([classes > 0, classes > 1], axis=1)),
    ):
        one = data(y)
        share = bits[one.train].mean(axis=0)
        held = bits[one.validation]
        expected = -(held * np.log(share) + (1 - held) * np.log(1 - share)).mean()
        assert constant_score(Task(head, (1,), 2, lambda _, one=one: one, ("cross_entropy",)), one) == pytest.approx(
            expected, rel=1e-6
        )


def test_a_class_without_training_examples_is_no_infinity():
    y = np.r_[np.zeros(60, int), np.ones(60, int)]
    one = data(y)
    assert np.isfinite(constant_score(Task("softmax", (1,), 2, lambda _: one, ("cross_entropy",)), one))
