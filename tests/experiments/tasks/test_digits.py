import numpy as np
import pytest

from experiments.tasks.digits import digits
from experiments.tasks.split import FIXED_SEED


def test_examples():
    data = digits().draw(0)
    assert (data.x.shape, data.x.dtype, data.scale) == ((1797, 64), np.uint8, 1 / 16)
    assert (data.x.min(), data.x.max()) == (0, 16)
    # class counts as scikit-learn documents them: about 180 each
    assert np.bincount(data.y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_binarized_ones_are_black_or_white_and_test_the_same():
    grey, data = digits().draw(3), digits(binarize=True).draw(3)
    np.testing.assert_array_equal(data.x, grey.x > 7.5)
    assert (data.x.dtype, data.scale) == (np.uint8, 1.0) and 0.3 < data.x.mean() < 0.4
    np.testing.assert_array_equal(data.train, grey.train)
    np.testing.assert_array_equal(data.test, grey.test)


def test_kept_once():
    assert digits().draw(0).x is digits(resample=False).draw(1).x


def test_shared_arrays_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        digits().draw(0).x[0, 0] = 1


def test_without_resampling_every_seed_has_the_fixed_split():
    fixed = digits(resample=False)
    np.testing.assert_array_equal(fixed.draw(7).test, fixed.draw(8).test)
    np.testing.assert_array_equal(fixed.draw(7).validation, digits().draw(FIXED_SEED).validation)


def test_no_seed_trains_or_validates_on_what_tests():
    task = digits()
    draws = [task.draw(seed) for seed in (*range(40), 1_000_000)]
    seen = np.unique(np.concatenate([part for data in draws for part in (data.train, data.validation)]))
    assert task.sealed and len(draws[0].test) == 359 and len(seen) == 1797 - 359
    assert not np.isin(draws[-1].test, seen).any()
    assert (draws[0].validation != draws[1].validation).any()
    assert np.bincount(draws[0].y[draws[0].test]).tolist() == [36, 36, 35, 37, 36, 36, 36, 36, 35, 36]
