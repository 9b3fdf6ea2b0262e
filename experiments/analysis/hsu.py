"""Comparison with the best: which cells may be the best one, and how far each may lie behind it or ahead."""

from math import comb

import numpy as np
import pandas as pd

from experiments.analysis.intervals import ROUNDING, SHIFTS, STRETCHES, add_ends, ends, intervals
from experiments.analysis.tails import GAIN, NO_TAILS, Arms
from experiments.analysis.welch import independent_error

CHUNK = 2_000_000  # scores at once
LEADERS = 400  # cells that the others are held against; fewer than all makes the intervals wider, never wrong


def compare_with_best(
    scores: np.ndarray,
    rate: float,
    *,
    paired: bool = True,
    overlap: float = 0.0,
    levels: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Every cell against the best of the others: constrained simultaneous intervals for θᵢ − max θⱼ, j ≠ i.

    scores: `[cells, seeds]`, higher is better, NaN where one is missing, what ranks first in the first row. rate: the
    chance that any of the intervals misses. paired: whether equal seeds share their draws; cells that have no seed in
    common are compared by Welch's t. overlap: of `Declared`. levels: of every cell, a column per varied factor; with
    them intervals allow for long tails, as `tails` finds them in each pair.

    Returns a row for each cell:
    - `low, high`: low is at most 0 and high at least 0. −low is how far the cell may be behind the best; high is how
      far it may be ahead of all others. Infinite where no interval is known;
    - `apart`: whether it is ruled out as the best.

    All of this holds at once with probability 1 − rate, whatever the truth: of the truly best cell k, the one-sided
    interval of θₖ − θⱼ against each of the m others, at rate/m, covers (Bonferroni), and then k is not ruled out and
    every other cell's interval, which uses that against k, holds too. So the best may be chosen on the same seeds.
    Nothing is said of the difference of two cells of which neither is the best.

    Sources: J. Hsu, Constrained simultaneous confidence intervals for multiple comparisons with the best (1984);
    J. Chang and J. Hsu, Optimal designs for multiple comparisons with the best (1992).

    >>> compare_with_best(np.array([[5.0, 5.2, 5.1], [5.1, 5.0, 5.2], [1.0, 1.1, 0.9]]), 0.05)["apart"].tolist()
    [False, False, True]
    """
    count = len(scores)
    if count < 2:
        return pd.DataFrame({"low": np.zeros(count), "high": np.full(count, np.inf), "apart": [False] * count})
    pairs = _Pairs(scores, 2 * rate / (count - 1), paired, overlap, levels)
    every = np.arange(count)
    upper = pairs.end(every, every[:1], "upper")
    open_ = np.flatnonzero(upper >= 0)
    if np.isfinite(upper).any():
        upper[open_] = np.minimum(upper[open_], pairs.end(open_, every[1:LEADERS], "upper"))
        open_ = np.flatnonzero(upper >= 0)
    if not len(open_):  # cells with unequal seeds can beat each other in a circle; then nothing is known
        upper, open_ = np.full(count, np.inf), every
    low = np.minimum(pairs.end(every, open_, "lower"), 0.0)
    if len(open_) == 1:
        low[open_] = 0.0
    return pd.DataFrame({"low": low, "high": np.maximum(upper, 0.0), "apart": upper < 0})


class _Pairs:
    """The ends of the intervals of all differences of two cells, computed as they are asked for."""

    def __init__(
        self, scores: np.ndarray, rate: float, paired: bool, overlap: float, levels: pd.DataFrame | None
    ) -> None:
        self._scores, self._rate, self._paired, self._overlap = scores, rate, paired, overlap
        known = ~np.isnan(scores)
        self._n = known.sum(axis=1)
        filled = np.where(known, scores, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            self._mean = filled.sum(axis=1) / self._n
            squares = np.where(known, scores - self._mean[:, None], 0.0) ** 2
            self._variance = squares.sum(axis=1) / (self._n - 1)
        self._size = np.abs(filled).max(axis=1, initial=0.0)
        self._arms: dict[bool, Arms] = {}
        if levels is not None and len(levels.columns) > 0:
            self._arms = {paired: Arms.of(scores, levels, paired=paired) for paired in (True, False)}

    def end(self, own: np.ndarray, others: np.ndarray, which: str) -> np.ndarray:
        """For each of `own` the least upper or lower end of its difference to any of the others but itself."""
        step = max(1, CHUNK // max(len(others) * self._scores.shape[1], 1))
        parts = [self._end(own[at : at + step], others, which) for at in range(0, len(own), step)]
        return np.concatenate(parts) if parts else np.empty(0)

    def _end(self, own: np.ndarray, others: np.ndarray, which: str) -> np.ndarray:
        first, second = np.repeat(own, len(others)), np.tile(others, len(own))
        table = self._table(first, second)
        low, high = ends(table, self._rate)
        end = np.where(np.isnan(high), np.inf, high) if which == "upper" else np.where(np.isnan(low), -np.inf, low)
        return np.where(first == second, np.inf, end).reshape(len(own), len(others)).min(axis=1)

    def _table(self, first: np.ndarray, second: np.ndarray) -> pd.DataFrame:
        sizes = np.maximum(self._size[first], self._size[second])
        differences = self._scores[first] - self._scores[second]
        if not self._paired:
            differences = np.full_like(differences, np.nan)
        table = intervals(pd.DataFrame(differences), 1, sizes, self._overlap)
        alone = table["n"].eq(0).to_numpy()
        if alone.any():
            independent = self._independent(first[alone], second[alone], sizes[alone])
            table.loc[alone, independent.columns] = independent.set_axis(table.index[alone])
        for is_paired, arms in self._arms.items():
            rows = np.flatnonzero((alone != is_paired) & table["kind"].eq("interval").to_numpy())
            independent = arms.columns(np.stack([first[rows], second[rows]]), np.array(GAIN))
            for name in (*STRETCHES, *SHIFTS):
                column = np.array(table[name]) if name in table else np.full(len(table), NO_TAILS[name])
                column[rows] = independent[name]
                table[name] = column
        return table

    def _independent(self, first: np.ndarray, second: np.ndarray, size: np.ndarray) -> pd.DataFrame:
        n, variances = (np.stack([array[first], array[second]]) for array in (self._n, self._variance))
        mean = self._mean[first] - self._mean[second]
        with np.errstate(divide="ignore", invalid="ignore"):
            error, degrees = independent_error(variances, n, self._overlap)
            flat = np.sqrt(variances.sum(axis=0)) <= ROUNDING * size
        kind = np.select(
            [n.min(axis=0) == 0, n.min(axis=0) == 1, flat & (np.abs(mean) <= ROUNDING * size), flat],
            ["none", "one seed", "identical", "constant"],
            default="interval",
        )
        mean = np.where(kind == "identical", 0.0, mean)
        rare = np.array([1.0 if self._overlap else 2 / comb(int(sum(two)), int(two[0])) for two in n.T])
        table = pd.DataFrame({"n": n.min(axis=0), "mean": mean, "error": error, "degrees": degrees, "kind": kind})
        return add_ends(table, rare, self._rate)
