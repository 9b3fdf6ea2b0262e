"""Costs: ratios of interleaved times, and compiled calls that compute what they should."""

import keras
import numpy as np
import pytest

from experiments.gallery import activations, costs, losses
from experiments.gallery.costs import INPUTS, Cost, measure_costs, runner


class Clock:
    """A clock that only its runners move."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def runner(self, *seconds):
        """Takes these times, turn by turn, over and over."""
        turns = iter(seconds * 1000)

        def run():
            self.now += next(turns)

        return run


def test_a_ratio_is_to_the_reference_of_the_same_round():
    clock = Clock()
    runners = {"plain": clock.runner(2.0), "double": clock.runner(4.0), "free": clock.runner(0.0)}
    measured = measure_costs(runners, "plain", rounds=5, repeats=2, clock=clock)
    assert measured == {"plain": Cost(1.0, 1.0, 1.0), "double": Cost(2.0, 2.0, 2.0), "free": Cost(0.0, 0.0, 0.0)}


def test_the_fastest_of_the_repeats_counts():
    clock = Clock()
    runners = {"plain": clock.runner(1.0), "uneven": clock.runner(9.0, 3.0)}
    assert measure_costs(runners, "plain", rounds=4, repeats=2, clock=clock)["uneven"].median == 3.0


@pytest.mark.parametrize("name", INPUTS)
def test_inputs_are_a_million_numbers_that_a_loss_takes(name):
    labels, x = INPUTS[name]()
    assert labels.shape == x.shape == (costs.ROWS, costs.COLUMNS)
    if name == "classes":
        np.testing.assert_allclose([labels.sum(axis=1), x.sum(axis=1)], 1.0, rtol=1e-5)
    if name == "scores":
        assert set(np.unique(labels)) == {0.0, 1.0}


@pytest.mark.parametrize("title", ["relu", "heaviside", "mean squared error"])
def test_a_call_gives_the_whole_gradient(title, monkeypatch):
    monkeypatch.setattr(costs, "ROWS", 8)
    entry = next(entry for entry in (*activations.ENTRIES, *losses.ENTRIES) if entry.title == title)
    inputs = "errors" if entry.family == "errors" else "tensors"
    labels, x = INPUTS[inputs]()
    gradient = keras.ops.convert_to_numpy(runner(entry, inputs)())
    expected = {"relu": labels * (x > 0), "heaviside": 0 * x, "mean squared error": 2 * (x - labels) / x.size}
    np.testing.assert_allclose(gradient, expected[title], rtol=1e-5, atol=1e-7)
