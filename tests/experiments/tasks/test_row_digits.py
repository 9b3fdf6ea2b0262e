import numpy as np

from experiments.tasks.digits import digits
from experiments.tasks.row_digits import row_digits


def test_a_step_is_a_row_of_the_image():
    rows, images = row_digits().draw(3), digits().draw(3)
    np.testing.assert_array_equal(rows.x[:, 2], images.x[:, 16:24])
    assert rows.scale == images.scale and (rows.train == images.train).all() and (rows.test == images.test).all()
