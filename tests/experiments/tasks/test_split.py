import numpy as np
import pytest

from experiments.errors import RequestError
from experiments.tasks import split


@pytest.mark.parametrize(("count", "sizes"), [(10, [6, 2, 2]), (1797, [1079, 359, 359]), (11, [7, 2, 2])])
def test_sizes(count, sizes):
    assert [len(part) for part in split(count, 0)] == sizes


def test_disjoint_and_complete():
    assert sorted(np.concatenate(split(101, 5, labels=np.arange(101) % 7))) == list(range(101))


def test_the_seed_decides():
    first, again, other = (split(50, seed)[0].tolist() for seed in (0, 0, 1))
    assert first == again != other


def test_every_example_tests_equally_often():
    labels = np.repeat([0, 1, 2], [50, 30, 20])
    times = sum(np.bincount(split(100, seed, labels=labels)[2], minlength=100) for seed in range(400))
    assert abs(times - 80).max() < 4.5 * 8  # binomial(400, 0.2): mean 80, standard deviation 8


@pytest.mark.parametrize("seed", range(5))
def test_labels_keep_their_shares(seed):
    labels = np.repeat(["rare", "common", "usual"], [10, 300, 90])
    for part in split(400, seed, labels=labels):
        for label, count in zip(*np.unique(labels, return_counts=True), strict=True):
            assert abs((labels[part] == label).sum() - count * len(part) / 400) <= 1


def test_a_label_with_a_single_example_trains():
    labels = np.array([0] * 30 + [1])
    assert 30 in split(31, 0, labels=labels)[0]


@pytest.mark.parametrize(("validation", "test"), [(0.0, 0.2), (0.2, 0.0), (0.5, 0.5), (-0.1, 0.2), (0.2, float("nan"))])
def test_refuses_shares_that_cannot_be(validation, test):
    with pytest.raises(RequestError, match=r"validation and test: got .* allowed are shares above 0"):
        split(100, 0, validation=validation, test=test)


def test_refuses_an_empty_part():
    with pytest.raises(RequestError, match=r"got 0\.2 and 0\.2 of 2 examples, allowed are shares that leave"):
        split(2, 0)
