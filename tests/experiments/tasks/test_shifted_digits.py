import numpy as np
import pytest
from scipy.ndimage import center_of_mass

from experiments.errors import RequestError
from experiments.tasks.digits import digits
from experiments.tasks.shifted_digits import shifted_digits


def test_a_digit_is_moved_and_nothing_else():
    images, framed = digits().draw(0).x.reshape(-1, 8, 8), shifted_digits(size=16, shift=4).draw(0).x
    moves = []
    for image, frame in zip(images[:200], framed[:200], strict=True):
        move = np.subtract(center_of_mass(frame), center_of_mass(image))
        top, left = np.round(move).astype(int)
        np.testing.assert_allclose(move, [top, left], atol=1e-9)
        np.testing.assert_array_equal(frame[top : top + 8, left : left + 8], image)
        moves.append((top, left))
    assert np.min(moves) == 0 and np.max(moves) == 8
    assert len({*moves}) > 70  # of 81 places


def test_places_are_those_of_every_seed_and_grow_with_the_shift():
    near, far = (shifted_digits(shift=shift).draw(0).x for shift in (1, 4))
    np.testing.assert_array_equal(far, shifted_digits(shift=4).draw(5).x)
    near, far = (np.array([center_of_mass(frame) for frame in x[:100]]) for x in (near, far))
    middle = np.array([center_of_mass(frame) for frame in shifted_digits(shift=0).draw(0).x[:100]])
    assert ((near - middle) * (far - middle) >= -1e-9).all()
    assert np.abs(far - middle).max() == pytest.approx(4)


def test_the_same_digits_test():
    np.testing.assert_array_equal(shifted_digits().draw(1).test, digits().draw(0).test)


def test_no_digit_leaves_the_frame():
    with pytest.raises(RequestError, match="shift: got 3 in a frame of 13, allowed are whole numbers from 0 to 2"):
        shifted_digits(size=13, shift=3)
    assert shifted_digits(size=13, shift=2).draw(0).x.shape == (1797, 13, 13)
