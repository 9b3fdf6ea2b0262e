from dataclasses import replace

import numpy as np
import pytest

from experiments.tasks.factors import change
from experiments.tasks.sine import sine
from experiments.tasks.task import Task


@pytest.mark.parametrize(("share", "size"), [(0.1, 10.0), (0.5, 3.0)])
def test_such_a_share_moves_so_far_up_or_down(share, size):
    plain, data = sine().draw(0), change(sine(), {"target_outliers": share, "outlier_size": size}).draw(0)
    moved = (data.y - plain.y)[plain.train]
    assert (moved != 0).sum() == round(share * 360)
    np.testing.assert_allclose(np.abs(moved[moved != 0]), size * plain.y[plain.train].std(), rtol=1e-5)
    assert 0.3 < (moved[moved != 0] > 0).mean() < 0.7
    assert (plain.truth == data.truth).all()


def test_each_output_has_its_own_unit():
    one = sine().draw(0)
    two = replace(one, y=np.hstack([one.y, 100 * one.y]))
    data = change(Task("linear", (1,), 2, lambda seed: two), {"target_outliers": 0.2}).draw(0)
    moved = (data.y - two.y)[(data.y != two.y).any(axis=1)]
    np.testing.assert_allclose(np.abs(moved), np.tile(10 * two.y[two.train].std(axis=0), (len(moved), 1)), rtol=1e-4)


def test_a_size_alone_changes_nothing():
    task = sine()
    assert change(task, {"outlier_size": 3.0}) is task
