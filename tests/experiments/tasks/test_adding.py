import numpy as np
import pytest

from experiments.tasks.adding import adding


@pytest.mark.parametrize("length", [2, 5, 50])
def test_two_are_marked_one_in_each_half_and_y_is_their_sum(length):
    data = adding(n=300, length=length).draw(0)
    for sequence, (target,) in zip(data.x, data.y, strict=True):
        first, second = np.flatnonzero(sequence[:, 1])
        assert first < length // 2 <= second and set(sequence[:, 1]) <= {0.0, 1.0}
        assert target == pytest.approx(float(sequence[first, 0]) + float(sequence[second, 0]), abs=1e-6)
    np.testing.assert_allclose(data.truth, data.y, atol=1e-6)


def test_numbers_are_uniform_so_that_the_best_constant_scores_a_sixth():
    data = adding(n=20_000, length=4).draw(0)
    assert data.x[:, :, 0].min() >= 0 and data.x[:, :, 0].max() < 1
    assert np.mean((data.y - 1) ** 2) == pytest.approx(1 / 6, rel=0.03)
    marked = data.x[:, :, 1].mean(axis=0)
    np.testing.assert_allclose(marked, 0.5, atol=0.02)  # each of two steps a half
