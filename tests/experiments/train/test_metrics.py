"""Metrics against scikit-learn."""

import numpy as np
import pytest
from scipy.special import expit, softmax
from sklearn import metrics as reference

from experiments.train.metrics import scores

GENERATOR = np.random.default_rng(1)


def test_classes():
    z, y = GENERATOR.normal(size=(50, 4)), GENERATOR.integers(0, 4, 50)
    found = scores(("accuracy", "cross_entropy"), y, z)
    assert found["accuracy"] == reference.accuracy_score(y, z.argmax(axis=1))
    assert found["cross_entropy"] == pytest.approx(reference.log_loss(y, softmax(z, axis=1)), rel=1e-12)


def test_two_classes_with_one_output():
    z, y = GENERATOR.normal(size=(50, 1)), GENERATOR.integers(0, 2, 50)
    found = scores(("accuracy", "cross_entropy"), y, z)
    assert found["accuracy"] == reference.accuracy_score(y, z[:, 0] > 0)
    assert found["cross_entropy"] == pytest.approx(reference.log_loss(y, expit(z[:, 0])), rel=1e-12)


def test_regression():
    z, y = GENERATOR.normal(size=(50, 2)), GENERATOR.normal(size=(50, 2))
    found = scores(("mean_absolute_error", "mean_squared_error"), y, z)
    assert found["mean_absolute_error"] == pytest.approx(reference.mean_absolute_error(y, z), rel=1e-12)
    assert found["mean_squared_error"] == pytest.approx(reference.mean_squared_error(y, z), rel=1e-12)


def test_scores_far_out_stay_finite():
    found = scores(("cross_entropy",), np.array([0, 1]), np.array([[-1e4, 1e4], [1e4, -1e4]]))
    assert found["cross_entropy"] == 2e4
