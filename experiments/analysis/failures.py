"""How often trials diverge, by level, with Wilson's interval."""

import pandas as pd
from scipy import stats

from experiments.analysis.declared import Declared
from experiments.analysis.scores import RAN

COLUMNS = ["factor", "level", "runs", "diverged", "share", "low", "high"]


def wilson(diverged: int, runs: int) -> tuple[float, float]:
    """The 95 % interval of a share, sensible at 0 and 1 too; NaN where nothing ran.

    >>> [round(end, 3) for end in wilson(0, 10)]
    [0.0, 0.278]
    """
    if runs == 0:
        return float("nan"), float("nan")
    ends = stats.binomtest(diverged, runs).proportion_ci(method="wilson")
    return float(ends.low), float(ends.high)


def failure_shares(trials: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """`factor, level, runs, diverged, share, low, high` of each level of each varied factor.

    Factors drawn from a range have no levels and no rows. Runs are trials that ended ok or diverged; a crash
    says nothing about divergence and is not one of them.
    """
    ran = trials[trials["status"].isin(RAN)]
    rows = []
    for factor in study.main:
        for level in study.factors[factor]:
            status = ran.loc[ran[factor] == level, "status"]
            runs, diverged = len(status), int(status.eq("diverged").sum())
            if runs:
                rows.append((factor, level, runs, diverged, diverged / runs, *wilson(diverged, runs)))
    return pd.DataFrame(rows, columns=COLUMNS)
