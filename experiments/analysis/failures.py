"""How often trials diverge, or learn nothing, by level, with Wilson's interval."""

import math
from functools import lru_cache

import pandas as pd
from scipy import stats

from experiments.analysis.declared import Declared
from experiments.analysis.intervals import ALPHA
from experiments.analysis.learned_nothing import learned_nothing
from experiments.analysis.ranking import RAN


@lru_cache(maxsize=4096)
def wilson(count: float, runs: float, alpha: float = ALPHA) -> tuple[float, float]:
    """The interval of a share at the level 1 − alpha, sensible at 0 and 1 too; NaN where nothing ran.

    count, runs: parts of one count as well, of ties and of seeds that overlap.

    >>> [round(end, 3) for end in wilson(0, 10)]
    [0.0, 0.278]
    """
    if runs == 0:
        return float("nan"), float("nan")
    share, z = count / runs, float(stats.norm.ppf(1 - alpha / 2))
    centre = share + z**2 / (2 * runs)
    half = z * math.sqrt(share * (1 - share) / runs + z**2 / (4 * runs**2))
    low, high = ((centre + side * half) / (1 + z**2 / runs) for side in (-1, 1))
    return max(low, 0.0) if count else 0.0, min(high, 1.0) if count < runs else 1.0


def failure_shares(trials: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """`factor, level, runs, diverged, share, low, high` of each level of each varied factor.

    Factors drawn from a range have no levels and no rows. Runs are trials that ended ok or diverged; a crash
    says nothing about divergence and is not one of them.
    """
    return _shares(trials, study, trials["status"].eq("diverged"), "diverged")


def nothing_shares(trials: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """The same of trials that learned nothing: `factor, level, runs, learned_nothing, share, low, high`."""
    return _shares(trials, study, learned_nothing(trials, study), "learned_nothing")


def _shares(trials: pd.DataFrame, study: Declared, which: pd.Series, called: str) -> pd.DataFrame:
    ran = trials["status"].isin(RAN)
    rows = []
    for factor in study.main:
        for level in study.factors[factor]:
            own = which[ran & trials[factor].eq(level)]
            runs, count = len(own), int(own.sum())
            if runs:
                rows.append((factor, level, runs, count, count / runs, *wilson(count, runs)))
    return pd.DataFrame(rows, columns=["factor", "level", "runs", called, "share", "low", "high"])
