"""Separability: gates, clouds with a gap, and one example out of place."""

import numpy as np
import pytest

from custom.models import linearly_separable

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


@pytest.mark.parametrize("number", range(16))
def test_all_functions_of_two_bits(number):
    y = [number >> bit & 1 for bit in range(4)]
    # of the sixteen, only exclusive or and its negation are not
    assert linearly_separable(CORNERS, y) == (y not in ([0, 1, 1, 0], [1, 0, 0, 1]))


def test_clouds():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 10))
    y = x @ rng.normal(size=10) > 0.3
    assert linearly_separable(x, y)
    # the centre of the positive class, called negative
    x, y = np.vstack([x, x[y].mean(axis=0)]), np.append(y, False)
    assert not linearly_separable(x, y)


def test_labels_with_an_axis_of_their_own():
    assert linearly_separable(CORNERS, np.array([[0], [0], [0], [1]]))
