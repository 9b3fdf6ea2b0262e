"""Metrics in the program against the NumPy ones that the serial trainer reports."""

import numpy as np
import pytest
from keras import ops

from experiments.recipes.supervised import metrics
from experiments.recipes.supervised.scored import Scored
from experiments.recipes.supervised.stacked_metrics import per_example
from experiments.study import catalog

RNG = np.random.default_rng(0)
CASES = {
    "softmax": (RNG.integers(0, 7, 50), RNG.normal(size=(2, 3, 50, 7)) * 20),
    "sigmoid": (RNG.integers(0, 2, 50), RNG.normal(size=(2, 3, 50, 1)) * 20),
    "ordinal": (RNG.integers(0, 4, 50), RNG.normal(size=(2, 3, 50, 3)) * 20),
    "multi_label": (RNG.integers(0, 2, (50, 3)).astype(float), RNG.normal(size=(2, 3, 50, 3)) * 20),
    "fractions": (RNG.random((50, 2)), RNG.normal(size=(2, 3, 50, 2))),
    "linear": (RNG.normal(size=(50, 2)), RNG.normal(size=(2, 3, 50, 2))),
}
PAIRS = [
    (name, head) for name, metric in catalog.METRICS.items() for head in metric.heads
    if head in CASES and per_example(name, head)
]  # fmt: skip


def test_the_metrics_that_heads_have_by_default_are_computed_in_the_program():
    assert {(name, head) for head in CASES for name in catalog.HEADS[head].metrics} <= {*PAIRS}


@pytest.mark.parametrize(("name", "head"), PAIRS)
def test_the_mean_over_examples_is_the_metric(name, head):
    y, z = CASES[head]
    z = z.astype("float32")
    targets = ops.convert_to_tensor(np.broadcast_to(y, (2, 3, *y.shape)).copy())
    found = np.asarray(per_example(name, head)(targets, ops.convert_to_tensor(z))).mean(axis=-1, dtype=float)
    z = z.astype(float)
    expected = [[metrics.scores((name,), Scored(head, y, z[s, c]))[name] for c in range(3)] for s in range(2)]
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_accuracy_takes_the_first_of_equal_scores():
    z = np.zeros((1, 1, 3, 3), "float32")
    found = per_example("accuracy", "softmax")(ops.convert_to_tensor(np.array([[[0, 1, 2]]])), ops.convert_to_tensor(z))
    assert np.asarray(found).ravel().tolist() == [1, 0, 0]
    assert metrics.scores(("accuracy",), Scored("softmax", np.arange(3), z[0, 0])) == {"accuracy": pytest.approx(1 / 3)}


def test_a_class_that_is_out_of_reach_costs_infinitely_much_and_no_number_less():
    z = np.array([[[[0.0, -np.inf]]]], "float32")
    cost = per_example("cross_entropy", "softmax")(ops.convert_to_tensor(np.array([[[0]]])), ops.convert_to_tensor(z))
    assert np.asarray(cost).item() == 0
