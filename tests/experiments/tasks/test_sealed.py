"""The sealed test part depends on nothing but the examples."""

import numpy as np
import pytest

from experiments.errors import RequestError
from experiments.tasks import Data, from_arrays
from experiments.tasks.sealed import sealed_part, shared

N = 500
X = np.random.default_rng(0).random((N, 3)).astype(np.float32)
Y = np.repeat([0, 1, 2, 3], [300, 150, 49, 1])


def test_every_label_has_its_share_and_the_size_is_exact():
    sealed = sealed_part(X, Y, 0.2, labels=Y)
    assert len(sealed) == 100
    assert abs(np.bincount(Y[sealed], minlength=4) - [60, 30, 9.8, 0]).max() < 1
    assert len(sealed_part(X, X, 0.3)) == 150


def test_neither_the_order_nor_a_few_more_examples_change_it():
    order = np.random.default_rng(1).permutation(N)
    sealed = sealed_part(X, Y, labels=Y)
    assert sorted(order[sealed_part(X[order], Y[order], labels=Y[order])]) == sealed.tolist()
    more = np.random.default_rng(2).random((25, 3)).astype(np.float32)
    grown = sealed_part(
        np.concatenate([X, more]), np.concatenate([Y, np.zeros(25, int)]), labels=np.append(Y, [0] * 25)
    )
    assert len(np.setdiff1d(sealed, grown)) <= 5  # another split by a seed would keep one in five


def test_equal_examples_lie_on_one_side():
    twice, y = np.concatenate([X, X]), np.concatenate([Y, Y])
    for labels in (None, y):
        sealed = sealed_part(twice, y, labels=labels)
        assert abs(len(sealed) - 200) <= 1
        np.testing.assert_array_equal(*(np.isin(np.arange(N) + half, sealed) for half in (0, N)))


def test_where_examples_repeat_too_often_every_label_is_still_on_both_sides():
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 50, np.float32)
    y = (corners[:, 0] != corners[:, 1]).astype(int)
    assert np.bincount(y[sealed_part(corners, y, labels=y)]).tolist() == [20, 20]
    assert len(sealed_part(np.zeros((20, 1)), np.zeros(20))) == 4


def test_no_seed_trains_or_validates_on_what_tests():
    for options in ({}, {"resample": False}, {"validation_data": (X[:9], Y[:9])}, {"test_data": (X[:9], Y[:9])}):
        draws = [from_arrays(X, Y, **options).draw(seed) for seed in range(10)]
        seen = np.unique(np.concatenate([part for data in draws for part in (data.train, data.validation)]))
        for data in draws:
            np.testing.assert_array_equal(data.test, draws[0].test)
            assert not np.isin(data.test, seen).any()


def test_how_many_examples_seeds_split_anew():
    task = from_arrays(X, Y)
    one, other = task.draw(0), task.draw(1)
    assert shared(one, other) == {"seeds": "resplit", "resplit": 400}
    assert shared(one, None) == {}
    assert shared(one, one) == {"seeds": "one split"}
    assert shared(one, Data(X + 1, Y, other.train, other.validation, other.test)) == {"seeds": "own data"}
    assert shared(one, Data(X, Y, one.test, one.validation, one.train))["resplit"] == 500  # tests on others as well


@pytest.mark.parametrize("share", [0, 1, 0.0001, float("nan")])
def test_refuses_shares_that_cannot_be(share):
    with pytest.raises(RequestError, match="test: got"):
        sealed_part(X, Y, share)
