"""Verdicts are right as often as they say: the benchmark's simulations at small size."""

import os

import pytest
from scipy import stats

from benchmarks.calibration import KINDS, LOOKS, TRUE, false_at_looks, false_findings, found_share

GRIDS, LOOKED = (25, 12) if os.environ.get("EQUALITY") == "all" else (10, 6)


@pytest.mark.parametrize(
    ("noise", "options"),
    [("normal", {}), ("skewed", {}), ("uneven spreads", {}), ("normal", {"failing": 0.1}), ("normal", {"true": TRUE})],
)
def test_false_findings_are_as_rare_as_they_should_be(noise, options) -> None:
    wrong, turned, covered, total = false_findings(KINDS[noise], GRIDS, **options)
    # so few grids can't tell 5 % from 6 %: what would be seen once in a thousand at 6 % is refused
    assert stats.binom.sf(wrong - 1, GRIDS, 0.06) > 0.001
    assert turned <= 2
    assert min(stats.binom.cdf(covered, total, 0.95), stats.binom.sf(covered - 1, total, 0.95)) > 0.001


def test_looks_together_are_wrong_no_more_often_than_one() -> None:
    wrong, final, used = false_at_looks(KINDS["normal"], LOOKED, planned=True)
    assert final <= wrong
    assert stats.binom.sf(wrong - 1, LOOKED, 0.05) > 0.001
    assert LOOKED * LOOKS[0] <= used <= LOOKED * LOOKS[-1]
    unplanned, _, _ = false_at_looks(KINDS["normal"], LOOKED, planned=False)
    assert unplanned >= wrong


def test_an_effect_is_found_as_often_as_was_predicted() -> None:
    needed, hits = found_share(KINDS["normal"], GRIDS)
    assert needed > 10
    assert 0.002 < stats.binom.cdf(hits, GRIDS, 0.8) < 0.998
