"""Runs far below all others are counted, and what so many seeds may miss is the rule of three."""

import numpy as np
import pytest

from experiments.analysis.collapse import count_collapsed, rarest_seen


def test_scores_that_are_mostly_one_and_the_same_show_a_collapse():
    assert count_collapsed(np.array([1.0] * 38 + [0.1, 0.2])) == 2
    assert count_collapsed(np.ones(40)) == 0


def test_what_so_many_seeds_show_is_the_rule_of_three():
    # 0.95 is the chance to see an event of this share at least once in n runs
    for seeds in (10, 20, 100):
        assert 1 - (1 - rarest_seen(seeds)) ** seeds == pytest.approx(0.95, abs=0.03)
