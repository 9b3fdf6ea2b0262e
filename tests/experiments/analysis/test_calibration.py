"""Verdicts are right as often as they say: the benchmark's simulations at small size."""

import pytest
from scipy import stats

from benchmarks.calibration import KINDS, TRUE, false_findings, found_share

GRIDS = 25


@pytest.mark.parametrize(
    ("noise", "options"),
    [("normal", {}), ("skewed", {}), ("uneven spreads", {}), ("normal", {"failing": 0.1}), ("normal", {"true": TRUE})],
)
def test_false_findings_are_as_rare_as_they_should_be(noise, options) -> None:
    wrong, turned, covered, total = false_findings(KINDS[noise], GRIDS, **options)
    # 25 grids can't tell 5 % from 6 %: what would be seen once in a thousand at 6 % is refused
    assert stats.binom.sf(wrong - 1, GRIDS, 0.06) > 0.001
    assert turned <= 2
    assert 0.92 <= covered / total <= 0.98


def test_an_effect_is_found_as_often_as_was_predicted() -> None:
    needed, hits = found_share(KINDS["normal"], GRIDS)
    assert needed > 10
    assert 0.002 < stats.binom.cdf(hits, GRIDS, 0.8) < 0.998
