"""Levels ranked over several tasks: average ranks, Friedman's test, and which ranks can be told apart."""

import functools
import math

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.intervals import ALPHA

DRAWN = 50_000  # permutations, where there are more


def task_ranks(scores: pd.DataFrame, sign: int | pd.Series = 1) -> pd.DataFrame:
    """Ranks within each task, 1 the best; equal scores share the mean of their ranks, missing ones are last.

    scores: one row per task, one column per level. sign: 1 where a higher score is better, −1 where a lower one is;
    of all tasks, or of each.

    >>> task_ranks(pd.DataFrame({"relu": [0.9, 0.8], "tanh": [0.9, None]})).values.tolist()
    [[1.5, 1.5], [1.0, 2.0]]
    """
    return scores.astype(float).mul(sign, axis=0).fillna(-math.inf).rank(axis=1, ascending=False)


def rank_table(ranks: pd.DataFrame) -> pd.DataFrame:
    """`level, mean_rank, best_on, apart_from`: levels by their average rank, the best first.

    ranks: of `task_ranks`. best_on: tasks on which no other level ranks better. apart_from: levels whose average rank
    differs by at least the critical difference.
    """
    means = ranks.mean().sort_values(kind="stable")
    gap = critical_difference(len(ranks.columns), len(ranks))
    best = ranks.eq(ranks.min(axis=1), axis=0).sum().to_dict()
    rows = [
        {
            "level": level,
            "mean_rank": mean,
            "best_on": int(best[level]),
            "apart_from": tuple(other for other in means.index if abs(means[other] - mean) >= gap - 1e-9),
        }
        for level, mean in means.items()
    ]
    return pd.DataFrame(rows, columns=["level", "mean_rank", "best_on", "apart_from"])


def friedman(ranks: pd.DataFrame) -> tuple[float, float]:
    """Friedman's χ², corrected for ties, and a p-value: whether the levels' ranks differ at all.

    p is that of a permutation test, which holds for few tasks and for ties too: the share of ways to deal each task's
    ranks to the levels in which χ² is at least as large. With two levels these are counted (the sign test), else all
    are gone through, or `DRAWN` of them drawn where there are more, always the same ones. χ² and p are NaN for a single
    task or level; where all ranks are equal, χ² is 0 and p is 1.

    (Iman and Davenport's F finds what is not there on 6 to 25 % of 3 to 8 tasks, χ² itself on up to 13 %.)

    Sources: M. Friedman (1937); W. Conover, Practical nonparametric statistics (1999), section 5.8, for ties.
    """
    n, k = ranks.shape
    if n < 2 or k < 2:
        return math.nan, math.nan
    columns = list(ranks.to_numpy(float).T)
    if all((ranks[level] == ranks.iloc[:, 0]).all() for level in ranks):
        return 0.0, 1.0
    if k == 2:
        wins, losses = (int((own < other).sum()) for own, other in (columns, columns[::-1]))
        return (wins - losses) ** 2 / (wins + losses), float(stats.binomtest(wins, wins + losses).pvalue)
    found = stats.permutation_test(
        columns, _squares, permutation_type="samples", vectorized=True, n_resamples=DRAWN, alternative="greater", rng=0
    )
    return float(stats.friedmanchisquare(*columns).statistic), float(found.pvalue)


def _squares(*columns: np.ndarray, axis: int = -1) -> np.ndarray:
    """What χ² rises with when each task's ranks are permuted: the sum of squares of the average ranks."""
    return functools.reduce(np.add, [column.mean(axis=axis) ** 2 for column in columns])


def critical_difference(levels: int, tasks: int, alpha: float = ALPHA) -> float:
    """By how much two average ranks must differ to be told apart, all pairs of levels at once (Nemenyi's test).

    q · √(k (k + 1) / 6N), q the studentized range of k means over √2. Of two levels it is the least difference that an
    exact sign test tells apart, infinity where there are too few tasks for any: there Nemenyi's finds what is not there
    in 6 to 13 % of 4 to 8 tasks.

    Source: Demšar (2006), sections 3.2.2 and 3.1.4.

    >>> round(critical_difference(4, 14), 2), critical_difference(2, 8), critical_difference(2, 5)
    (1.25, 1.0, inf)
    """
    if levels == 2:
        wins = np.arange(tasks / 2, tasks + 1) // 1
        enough = wins[2 * stats.binom.sf(wins - 1, tasks, 0.5) <= alpha]
        return float(2 * enough.min() - tasks) / tasks if len(enough) else math.inf
    q = float(stats.studentized_range.ppf(1 - alpha, levels, math.inf)) / math.sqrt(2)
    return q * math.sqrt(levels * (levels + 1) / (6 * tasks))
