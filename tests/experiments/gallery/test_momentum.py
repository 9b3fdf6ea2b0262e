"""Descents down a valley, against the recurrences worked out in NumPy."""

import numpy as np
import pytest

from experiments.gallery.momentum import BETA, PLAIN_RATE, RATE, START, STEEP, descent_table


@pytest.fixture(scope="module")
def lines():
    return [group["height"].to_numpy() for _, group in descent_table(steps=30).groupby("line", sort=False)]


def heights(rate, beta):
    curvature, place, average = np.array([1.0, STEEP]), np.array(START), np.zeros(2)
    for _ in range(31):
        yield 0.5 * (curvature * place**2).sum()
        average = beta * average + (1 - beta) * curvature * place
        place = place - rate * average


def test_plain_and_averaged(lines):
    np.testing.assert_allclose(lines[0], list(heights(PLAIN_RATE, 0.0)), rtol=1e-3)
    np.testing.assert_allclose(lines[1], list(heights(RATE, BETA)), rtol=1e-3)


def test_keras_momentum_makes_the_same_steps(lines):
    np.testing.assert_allclose(lines[2], lines[1], rtol=1e-3)


def test_the_plain_rate_is_near_its_limit_and_the_other_beyond_it():
    assert PLAIN_RATE < 2 / STEEP < RATE
