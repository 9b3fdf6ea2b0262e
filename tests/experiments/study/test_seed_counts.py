"""Seeds as a count or a list."""

import pytest

from experiments.errors import RequestError
from experiments.study.seed_counts import read_seeds


@pytest.mark.parametrize("wrong", [[], [0, 0], [-1], [2**31], [True], [1.0], ["0"], "3", 1.5, True, None])
def test_wrong_seeds(wrong):
    with pytest.raises(RequestError, match=r"^seeds: got "):
        read_seeds(wrong)


def test_the_largest_seed_has_31_bits():
    assert read_seeds([2**31 - 1, 0]) == [2**31 - 1, 0]
