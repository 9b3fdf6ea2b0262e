"""Levels ranked over several tasks: average ranks, Friedman's test, and which ranks can be told apart."""

import math

import pandas as pd
from scipy import stats

ALPHA = 0.05


def task_ranks(scores: pd.DataFrame, sign: int | pd.Series = 1) -> pd.DataFrame:
    """Ranks within each task, 1 the best; equal scores share the mean of their ranks, missing ones are last.

    scores: a row a task, a column a level. sign: 1 where a higher score is better, −1 where a lower one is; of all
    tasks, or of each.

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
    best = ranks.eq(ranks.min(axis=1), axis=0).sum()
    rows = [
        {
            "level": level,
            "mean_rank": mean,
            "best_on": int(best[level]),
            "apart_from": tuple(other for other in means.index if abs(means[other] - mean) >= gap),
        }
        for level, mean in means.items()
    ]
    return pd.DataFrame(rows, columns=["level", "mean_rank", "best_on", "apart_from"])


def friedman(ranks: pd.DataFrame) -> tuple[float, float, float]:
    """Friedman's χ², Iman and Davenport's F, and the p-value of F: whether the levels' ranks differ at all.

    With N tasks, k levels and average ranks R: χ² = 12 N / (k (k + 1)) · (Σ R² − k (k + 1)² / 4), without a correction
    for ties; F = (N − 1) χ² / (N (k − 1) − χ²), of k − 1 and (k − 1)(N − 1) degrees of freedom. NaN for a single task
    or level.

    Source: J. Demšar, Statistical comparisons of classifiers over multiple data sets, JMLR 7 (2006), section 3.2.2.
    """
    n, k = ranks.shape
    if n < 2 or k < 2:
        return math.nan, math.nan, math.nan
    chi = 12 * n / (k * (k + 1)) * (float((ranks.mean() ** 2).sum()) - k * (k + 1) ** 2 / 4)
    rest = n * (k - 1) - chi
    f = (n - 1) * chi / rest if rest > 1e-9 else math.inf
    return chi, f, float(stats.f.sf(f, k - 1, (k - 1) * (n - 1)))


def critical_difference(levels: int, tasks: int, alpha: float = ALPHA) -> float:
    """By how much two average ranks must differ to be told apart, all pairs of levels at once (Nemenyi's test).

    q · √(k (k + 1) / 6N), q the studentized range of k means over √2.

    Source: Demšar (2006), section 3.2.2.

    >>> round(critical_difference(4, 14), 2)
    1.25
    """
    q = float(stats.studentized_range.ppf(1 - alpha, levels, math.inf)) / math.sqrt(2)
    return q * math.sqrt(levels * (levels + 1) / (6 * tasks))
