import numpy as np
import pytest

from experiments.tasks.outliers import outliers
from experiments.tasks.sine import sine


def moves(**settings):
    """How far each target was moved, and the data."""
    data = outliers(**settings).draw(0)
    return (data.y - outliers(**settings | {"share": 0.0}).draw(0).y)[:, 0], data


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.5])
def test_share_of_the_training_targets(share):
    moved, data = moves(share=share)
    assert (moved[data.train] != 0).mean() == pytest.approx(share, abs=0.5 / len(data.train))


def test_validation_and_test_stay_clean():
    moved, data = moves(share=0.5)
    assert not moved[data.validation].any()
    assert not moved[data.test].any()


@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_size_is_in_standard_deviations_of_the_clean_target(noise):
    moved, _ = moves(share=0.2, size=4.0, noise=noise)
    np.testing.assert_allclose(np.abs(moved[moved != 0]), 4.0 * np.sqrt(0.5), rtol=1e-5)


def test_outliers_go_up_and_down():
    moved, _ = moves(n=4000, share=0.5)
    assert 0.45 < (moved[moved != 0] > 0).mean() < 0.55


def test_a_larger_share_keeps_the_outliers_of_a_smaller_one():
    few, _ = moves(share=0.1)
    many, _ = moves(share=0.2)
    np.testing.assert_allclose(many[few != 0], few[few != 0], rtol=1e-5)


def test_without_outliers_it_is_the_sine():
    ours, plain = outliers(n=300, share=0.0).draw(4), sine(n=300).draw(4)
    for field in ("x", "y", "train", "validation", "test"):
        np.testing.assert_array_equal(getattr(ours, field), getattr(plain, field))
