"""Which features the first layer's weights point to."""

import numpy as np
import pytest

from experiments.errors import RequestError
from experiments.recipes.supervised.weight_metrics import support_recall

GENERATOR = np.random.default_rng(6)


def test_it_is_the_share_of_the_true_features_among_as_many_of_the_largest():
    kernel = GENERATOR.normal(size=(12, 5))
    largest = np.argsort(np.sqrt((kernel**2).sum(axis=1)))[::-1]
    assert support_recall(tuple(largest[:4]), kernel) == 1
    assert support_recall(tuple(largest[[0, 1, 4, 5]]), kernel) == 0.5
    assert support_recall(tuple(largest[4:]), kernel) == pytest.approx(4 / 8)


def test_equal_weights_score_what_a_draw_at_random_scores_on_average():
    kernel = np.repeat([[3.0], [1.0], [1.0], [1.0], [0.0], [0.0]], 2, axis=1)
    support = (0, 1, 5)
    drawn = []
    for _ in range(4000):
        order = np.lexsort((GENERATOR.random(6), -kernel[:, 0]))
        drawn.append(len({*order[:3]} & {*support}) / 3)
    assert support_recall(support, kernel) == pytest.approx((1 + 2 / 3) / 3)
    assert np.mean(drawn) == pytest.approx(support_recall(support, kernel), abs=0.02)
    assert support_recall(support, np.zeros((6, 2))) == 0.5


def test_what_can_not_be_told():
    assert np.isnan(support_recall((0,), np.full((3, 2), np.nan)))
    with pytest.raises(RequestError, match="the task does not know which features matter"):
        support_recall(None, np.zeros((3, 2)))
    with pytest.raises(RequestError, match=r"first weights have the shape \[3, 3, 1, 8\], allowed is \[features"):
        support_recall((0,), np.zeros((3, 3, 1, 8)))
