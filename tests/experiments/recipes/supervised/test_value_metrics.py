"""Metrics of predicted numbers against scikit-learn's."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn import metrics as reference

from experiments.errors import RequestError
from experiments.recipes.supervised.metrics import scores
from experiments.recipes.supervised.scored import Scored

GENERATOR = np.random.default_rng(5)
NAMES = ("rmse", "r2_score")


def told(head, y, z):
    return list(scores(NAMES, Scored(head, y, z)).values())


@pytest.mark.parametrize("head", ["linear", "fractions"])
def test_values_and_fractions(head):
    y, z = GENERATOR.random((40, 2)), GENERATOR.normal(size=(40, 2))
    values = z if head == "linear" else expit(z)
    # of several outputs scikit-learn takes the mean of their roots, not the root of their mean
    expected = [np.sqrt(reference.mean_squared_error(y, values)), reference.r2_score(y, values)]
    assert told(head, y, z) == pytest.approx(expected, rel=1e-12)
    assert told(head, y[:, :1], z[:, :1])[0] == pytest.approx(
        reference.root_mean_squared_error(y[:, 0], values[:, 0]), rel=1e-12
    )


def test_targets_that_do_not_vary_and_predictions_that_do_not():
    y = GENERATOR.normal(size=(40, 1))
    assert told("linear", y, np.full((40, 1), y.mean()))[1] == pytest.approx(0, abs=1e-12)
    assert told("linear", np.ones((40, 1)), np.ones((40, 1))) == [0.0, 1.0]
    assert told("linear", np.ones((40, 1)), y)[1] == 0.0
    assert np.isnan(told("linear", y, y * np.nan)).all()
    with pytest.raises(RequestError, match="r2_score: a part of the data has 1 example, allowed are two or more"):
        told("linear", y[:1], y[:1])
