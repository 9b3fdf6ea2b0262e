import numpy as np

from experiments.tasks.parity import parity


def test_y_says_whether_the_number_of_ones_is_odd():
    data = parity(n=500, bits=5, noise=0.05).draw(0)
    corners = (data.x > 0.5).astype(int)
    assert data.y.tolist() == [sum(corner) % 2 for corner in corners.tolist()]
    assert np.unique(corners, axis=0, return_counts=True)[1].min() >= 15  # of 500 / 32
    assert abs(np.std(data.x - corners) - 0.05) < 0.003


def test_no_single_input_says_anything():
    data = parity(n=4096, bits=4, noise=0.0).draw(0)
    np.testing.assert_array_equal([data.y[data.x[:, bit] == 1].mean() for bit in range(4)], 0.5)


def test_with_fewer_examples_than_corners_none_repeats():
    data = parity(n=200, bits=10, noise=0.0).draw(0)
    assert len(np.unique(data.x, axis=0)) == 200
    assert (np.unique(parity(n=200, bits=10, noise=0.0).draw(1).x, axis=0) != np.unique(data.x, axis=0)).any()
