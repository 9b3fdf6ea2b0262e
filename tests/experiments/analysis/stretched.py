"""What skew makes of a test by SciPy: the halves of its interval are longer, and p is as much larger."""

from scipy import stats


def stretched(row, test, interval):
    """`p, low, high` of a comparison. row: of it. test: paired, by SciPy. interval: of that test."""
    mean = (interval.low + interval.high) / 2
    t = abs(test.statistic) / (row.stretch_low if mean > 0 else row.stretch_high)
    low, high = mean - row.stretch_low * (mean - interval.low), mean + row.stretch_high * (interval.high - mean)
    return 2 * stats.t.sf(t, test.df), low, high
