import numpy as np
import pytest

from experiments.errors import RequestError
from experiments.tasks.digits import digits
from experiments.tasks.factors import change
from experiments.tasks.sine import sine


@pytest.mark.parametrize(("size", "kept"), [(100, 100), (0.25, 270), (1, 1), (1079, 1079), (0.0001, 1)])
def test_so_many_are_kept_each_class_in_its_share(size, kept):
    data = change(digits(), {"train_size": size}).draw(0)
    whole = np.bincount(digits().draw(0).y[digits().draw(0).train]) / 1079
    assert len(data.train) == len({*data.train}) == kept
    counts = np.bincount(data.y[data.train], minlength=10)
    assert np.abs(counts - kept * whole).max() <= 1


def test_values_are_no_strata():
    assert len(change(sine(), {"train_size": 30}).draw(0).train) == 30


def test_seeds_keep_other_examples():
    first, second = (change(digits(resample=False), {"train_size": 100}).draw(seed) for seed in (0, 1))
    assert {*first.train} != {*second.train}
    np.testing.assert_array_equal(first.validation, second.validation)


def test_more_than_there_are():
    with pytest.raises(RequestError, match="train_size: got 1080, allowed are at most the 1079 examples that train"):
        change(digits(), {"train_size": 1080}).draw(0)
