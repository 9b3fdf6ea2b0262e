"""Metrics of decisions against scikit-learn's, and by hand where scikit-learn warns or has none."""

import numpy as np
import pytest
from sklearn import metrics as reference

from experiments.errors import RequestError
from experiments.recipes.supervised.metrics import scores
from experiments.recipes.supervised.scored import Scored

GENERATOR = np.random.default_rng(3)
CLASSES = GENERATOR.integers(0, 4, 60)
LABELS = GENERATOR.integers(0, 2, (60, 3)).astype(np.float32)


def told(name, head, y, z):
    return scores((name,), Scored(head, y, z))[name]


def test_several_classes():
    z = GENERATOR.normal(size=(60, 4)) + np.eye(4)[CLASSES]
    predicted = z.argmax(axis=1)
    assert told("balanced_accuracy", "softmax", CLASSES, z) == pytest.approx(
        reference.balanced_accuracy_score(CLASSES, predicted), rel=1e-12
    )
    assert told("macro_f1", "softmax", CLASSES, z) == pytest.approx(
        reference.f1_score(CLASSES, predicted, average="macro"), rel=1e-12
    )


def test_the_positive_one_of_two_classes():
    y, z = CLASSES % 2, GENERATOR.normal(size=(60, 1))
    expected = reference.f1_score(y, z[:, 0] > 0)
    assert told("f1", "sigmoid", y, z) == told("f1", "softmax", y, np.hstack([0 * z, z])) == expected
    assert told("f1", "sigmoid", 0 * y, -np.ones((60, 1))) == 0
    with pytest.raises(RequestError, match="metrics f1: got 4 classes, allowed are two; macro_f1 is for several"):
        told("f1", "softmax", CLASSES, GENERATOR.normal(size=(60, 4)))


def test_labels():
    z = GENERATOR.normal(size=(60, 3)) + LABELS - 0.5
    predicted = (z > 0).astype(int)
    assert told("exact_match", "multi_label", LABELS, z) == reference.accuracy_score(LABELS, predicted)
    assert told("accuracy", "multi_label", LABELS, z) == pytest.approx(1 - reference.hamming_loss(LABELS, predicted))
    assert told("macro_f1", "multi_label", LABELS, z) == pytest.approx(
        reference.f1_score(LABELS, predicted, average="macro"), rel=1e-12
    )


def test_ordered_classes():
    z = GENERATOR.normal(size=(60, 3)) + (CLASSES[:, None] > np.arange(3)) - 0.5
    predicted = (z > 0).sum(axis=1)  # also where a later step is more probable than an earlier one
    assert (np.diff(z) > 0).any()
    assert told("accuracy", "ordinal", CLASSES, z) == reference.accuracy_score(CLASSES, predicted)
    assert told("mean_absolute_error", "ordinal", CLASSES, z) == pytest.approx(np.abs(predicted - CLASSES).mean())
    assert told("quadratic_kappa", "ordinal", CLASSES, z) == pytest.approx(
        reference.cohen_kappa_score(CLASSES, predicted, weights="quadratic"), rel=1e-12
    )
    p = Scored("ordinal", CLASSES, z).probabilities
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1)
    falling = Scored("ordinal", CLASSES[:1], np.array([[1.0, 0.0, -1.0]])).probabilities
    np.testing.assert_allclose(falling[0], [0.268941, 0.231059, 0.231059, 0.268941], atol=1e-6)


def test_a_class_that_a_part_lacks():
    y, z = np.array([0, 0, 1, 1]), np.eye(3)[[0, 2, 1, 0]]
    assert told("balanced_accuracy", "softmax", y, z) == 0.5  # class 2 is predicted, but no example has it
    assert told("macro_f1", "softmax", y, z) == pytest.approx((0.5 + 2 / 3 + 0) / 3)
    with pytest.raises(RequestError, match="quadratic_kappa: a part of the data has the class 0 alone"):
        told("quadratic_kappa", "ordinal", np.zeros(4, int), np.ones((4, 2)))


def test_the_same_prediction_for_every_example():
    z = np.tile([0.0, 1.0, 0.0, 0.0], (60, 1))
    assert told("balanced_accuracy", "softmax", CLASSES, z) == 0.25
    assert told("quadratic_kappa", "ordinal", CLASSES, z[:, :3]) == 0
