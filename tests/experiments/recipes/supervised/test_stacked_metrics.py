"""Metrics in the program against the NumPy ones that the serial trainer reports."""

import numpy as np
import pytest
from keras import ops

from experiments.recipes.supervised import metrics
from experiments.recipes.supervised.stacked_metrics import per_example
from experiments.study import catalog

RNG = np.random.default_rng(0)
CASES = {
    "softmax": (RNG.integers(0, 4, 50), RNG.normal(size=(2, 3, 50, 4)) * 20),
    "sigmoid": (RNG.integers(0, 2, 50), RNG.normal(size=(2, 3, 50, 1)) * 20),
    "linear": (RNG.normal(size=(50, 2)), RNG.normal(size=(2, 3, 50, 2))),
}
PAIRS = [(name, head) for name, metric in catalog.METRICS.items() for head in metric.heads]


def test_every_metric_of_the_catalog_is_there():
    assert all(per_example(name) for name in catalog.METRICS)


@pytest.mark.parametrize(("name", "head"), PAIRS)
def test_the_mean_over_examples_is_the_metric(name, head):
    y, z = CASES[head]
    z = z.astype("float32")
    targets = ops.convert_to_tensor(np.broadcast_to(y, (2, 3, *y.shape)).copy())
    found = np.asarray(per_example(name)(targets, ops.convert_to_tensor(z))).mean(axis=-1, dtype=float)
    expected = [[metrics.scores((name,), y, z[s, c])[name] for c in range(3)] for s in range(2)]
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_accuracy_takes_the_first_of_equal_scores():
    z = np.zeros((1, 1, 3, 3), "float32")
    found = per_example("accuracy")(ops.convert_to_tensor(np.array([[[0, 1, 2]]])), ops.convert_to_tensor(z))
    assert np.asarray(found).ravel().tolist() == [1, 0, 0]
    assert metrics.accuracy(np.array([0, 1, 2]), z[0, 0]) == pytest.approx(1 / 3)


def test_a_class_that_is_out_of_reach_costs_infinitely_much_and_no_number_less():
    z = np.array([[[[0.0, -np.inf]]]], "float32")
    cost = per_example("cross_entropy")(ops.convert_to_tensor(np.array([[[0]]])), ops.convert_to_tensor(z))
    assert np.asarray(cost).item() == 0
