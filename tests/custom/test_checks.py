"""The checks of arguments: what passes, what does not, and what the message says."""

import numpy as np
import pytest

from custom import checks


@pytest.mark.parametrize("value", [1, 1.5, np.float32(1.5), np.int64(3), 0, -2.0])
def test_a_number_comes_out_plain(value):
    result = checks.number("width", value, mend="try 1.0")
    assert type(result) is float and result == value


@pytest.mark.parametrize("value", [True, np.True_, "1", None, float("nan"), float("inf"), [1.0], 1j])
def test_what_is_no_number(value):
    with pytest.raises(ValueError) as error:
        checks.number("width", value, mend="try 1.0")
    assert str(error.value) == f"width: got {value!r}, expected a finite number; try 1.0."


def test_whole():
    assert checks.whole("seed", 0, at_least=0, mend="try 0") == 0
    assert type(checks.whole("seed", np.int32(3), at_least=0, mend="try 0")) is int
    for wrong in (True, 1.0, -1, "1", None):
        with pytest.raises(ValueError, match="expected a whole number of at least 0; try 0"):
            checks.whole("seed", wrong, at_least=0, mend="try 0")


def test_flag():
    assert checks.flag("on", True) is True
    for wrong in (0, 1, "True", None):
        with pytest.raises(ValueError, match="expected True or False; write on=True or on=False"):
            checks.flag("on", wrong)


def test_choice_names_the_nearest():
    assert checks.choice("kind", "l1", ("kl", "l1")) == "l1"
    with pytest.raises(ValueError, match="got 'gradent', expected 'clip' or 'gradient'; try penalty='gradient'"):
        checks.choice("penalty", "gradent", ("clip", "gradient"))
