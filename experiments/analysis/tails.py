"""Skew and rare collapse in the scores behind a comparison: what they do to Student's t, and when no verdict holds.

Student's t takes a mean of few seeds for what the mean of many would be. Where one side's scores have a long tail, the
few seeds mostly miss it, and t finds differences that are not there. One pair's seeds hardly show that, for a sample
that misses the tail looks even. So it is looked for in all cells of a level.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.collapse import count_collapsed, depth, own_collapses, rarest_seen
from experiments.analysis.declared import Declared
from experiments.analysis.failure_cost import with_costs
from experiments.analysis.intervals import ROUNDING, Columns
from experiments.analysis.scores import score_matrix
from experiments.analysis.skewness import FEWEST as FEWEST_SEEDS
from experiments.analysis.skewness import l_moments, skewness, stretches
from experiments.study.columns import RATE

COLUMNS = ["stretch_low", "stretch_high", "shift_low", "shift_high", "tail", "rare", "rare_of", "rare_own"]
FEWEST_CELLS, FEWEST = 3, 30  # of a level, and their scores together, from which a collapse is looked for in them
SHOWN = 3.0  # standard errors of no skewness, from which a page says that a tail is long
UNEVEN, FEWEST_OWN = 1.96, 5  # the same for a pair's own gains, from which their skew counts; and of how many gains
NO_TAILS = dict(zip(COLUMNS, (1.0, 1.0, 0.0, 0.0, "", 0, 0, False), strict=True))
PAIR, GAIN = ("cell", "reference_cell"), (1, -1)


def tails(
    scores: pd.DataFrame,
    levels: pd.DataFrame,
    pairs: pd.DataFrame,
    arms: Sequence[str] = PAIR,
    signs: Sequence[int] | np.ndarray = GAIN,
    *,
    paired: bool = True,
) -> pd.DataFrame:
    """What the tails of the two sides do to each comparison.

    scores: `[cells, seeds]`, larger is better, failures at their cost. levels: a row per cell, a column per varied
    factor. pairs: what is compared: ids of cells in the columns `arms`, which count with these signs, seed by seed or
    as independent samples. Returns on the index of `pairs`
    - `stretch_low, stretch_high`: by how much the two halves of the interval of t must be longer, 1 where no skew is
      found. They are those of lognormal scores as skewed as these (`skewness.py`), and never shorten an interval;
    - `tail`: "" where nothing is shown, `skewed`, or `collapse` where one side has runs far below all others that are
      so rare that the seeds compared may well miss them;
    - `shift_low, shift_high`: by how much that end lies further out because the side may collapse more often than it
      did on these seeds: as often as the upper end of the 95 % interval of its share says, times how deep it falls;
    - `rare, rare_of`: how many runs of that side are so far away, and of how many; `rare_own`: whether it is the first
      of `arms`.

    The scores of a side are those of all cells with its levels of the factors in which the sides differ, at its
    learning rate. Where a side has no other cell like it, what its levels together make of it and the comparison's own
    gains must do. A collapse is looked for in 3 cells with 30 scores or more, else in the comparison's own gains.
    """
    places = np.stack([scores.index.get_indexer(pd.Index(pairs[name])) for name in arms])
    of = Arms.of(scores.to_numpy(float), levels.loc[scores.index], paired=paired)
    return pd.DataFrame(of.columns(places, np.array(signs)), index=pairs.index, columns=COLUMNS)


def tails_of_trials(
    trials: pd.DataFrame,
    pairs: pd.DataFrame,
    study: Declared,
    column: str,
    arms: Sequence[str] = PAIR,
    signs: Sequence[int] | np.ndarray = GAIN,
    *,
    independent: np.ndarray | None = None,
) -> pd.DataFrame:
    """`tails` of a study's trials. column: of the scores. independent: which are compared as independent samples, by
    default as the study says.
    """
    names = [name for name in study.varied if name in trials]
    if not names or pairs[arms[0]].isna().all():
        return pd.DataFrame([NO_TAILS] * len(pairs), index=pairs.index, columns=COLUMNS)
    costed = with_costs(trials, study)
    levels = costed.drop_duplicates("cell").set_index("cell")[names]
    scores = study.sign * score_matrix(costed, column)
    alone = np.full(len(pairs), not study.paired) if independent is None else independent
    found = [tails(scores, levels, pairs[alone == own], arms, signs, paired=not own) for own in np.unique(alone)]
    return pd.concat(found).loc[pairs.index]


@dataclass(frozen=True)
class _Pools:
    """For every cell the pool of cells with its levels of some factors: arrays by cell.

    cells, count: how many there are, and their scores. ratio, error: the L-skewness of the cell and its standard error;
    trimmed: of its pool, without what collapsed. variance: of scores. collapsed, depth: how many lie far below, by how
    much.
    """

    cells: np.ndarray
    count: np.ndarray
    ratio: np.ndarray
    error: np.ndarray
    trimmed: np.ndarray
    variance: np.ndarray
    collapsed: np.ndarray
    depth: np.ndarray


@dataclass(frozen=True)
class Arms:
    """The cells of a study, among which long tails are looked for.

    scores: `[cells, seeds]`; left: the same less what seeds and cells do. codes: levels as numbers, `[cells, factors]`.
    rate: which factors are the learning rate. paired: whether cells are compared seed by seed. skews: the L-skewness
    of every cell, and its variance. known: pools that were looked at before.
    """

    scores: np.ndarray
    left: np.ndarray
    codes: np.ndarray
    rate: np.ndarray
    paired: bool
    skews: tuple[np.ndarray, np.ndarray]
    known: dict[tuple[bool, ...], _Pools]

    @classmethod
    def of(cls, scores: np.ndarray, levels: pd.DataFrame, *, paired: bool) -> "Arms":
        """scores: `[cells, seeds]`. levels: of the same cells, a column per varied factor."""
        left = scores - _medians(scores, axis=1)
        if paired:
            left = left - _medians(left, axis=0)
        second, third, variance = l_moments(left)
        skews = np.divide(
            third, second, out=np.zeros(len(left)), where=second > ROUNDING * np.nanmax(np.abs(scores), initial=0.0)
        )
        skews[np.isnan(second)] = np.nan
        names = list(levels)
        codes = np.stack([pd.factorize(levels[name])[0] for name in names], axis=1)
        return cls(scores, left, codes, np.array([name == RATE for name in names]), paired, (skews, variance), {})

    def columns(self, places: np.ndarray, signs: np.ndarray) -> Columns:
        """`COLUMNS` of contrasts. places: of cells `[arms, contrasts]`, −1 where one is missing."""
        table = {name: np.full(places.shape[1], none) for name, none in NO_TAILS.items()}
        table["tail"] = table["tail"].astype(object)
        complete = np.flatnonzero((places >= 0).all(axis=0))
        if not len(complete):
            return table
        places = places[:, complete]
        known = ~np.isnan(self.scores)[places]  # [arms, contrasts, seeds]
        gains = np.einsum("a,acs->cs", signs, self.scores[places]) if self.paired else None
        seeds = known.all(axis=0).sum(axis=1) if self.paired else known.sum(axis=2).min(axis=0)
        size = np.abs(np.nan_to_num(self.scores[places])).max(axis=(0, 2), initial=0.0)
        spread = seeds >= FEWEST_SEEDS
        if gains is not None:
            spread &= _range(gains) > ROUNDING * size
        complete, places, seeds = complete[spread], places[:, spread], seeds[spread]
        if len(complete):
            found = self._found(places, signs, seeds, None if gains is None else gains[spread])
            for name in COLUMNS:
                table[name][complete] = found[name]
        return table

    def _found(self, places: np.ndarray, signs: np.ndarray, seeds: np.ndarray, gains: np.ndarray | None) -> Columns:
        pools = self._pools(places)
        worst = np.argmax(pools.collapsed / pools.count, axis=0)
        at = worst, np.arange(places.shape[1])
        rare, rare_of, depth = pools.collapsed[at], pools.count[at], pools.depth[at]
        rare = np.where(rare < rare_of * np.vectorize(rarest_seen)(seeds), rare, 0)
        side = self.left[places[at]]
        seen = (side < -depth[:, None] / 2).sum(axis=1) / np.maximum((~np.isnan(side)).sum(axis=1), 1)
        sign = signs[worst]

        ratio = np.where(rare > 0, pools.trimmed, pools.ratio)
        skew = _of_contrast(skewness(ratio, pools.error), pools.variance, signs)
        shown = np.asarray((np.abs(ratio) > SHOWN * pools.error).any(axis=0))

        alone = (pools.cells < 2).any(axis=0)
        if gains is not None and alone.any():
            own = gains[alone]
            second, third, variance = l_moments(own)
            error = np.sqrt(variance)
            uneven = (np.abs(third / second) > UNEVEN * error) & (seeds[alone] >= FEWEST_OWN)
            ratio, wide, variance = (values[places[:, alone]] for values in self._of_levels())
            likely = _of_contrast(skewness(ratio, wide), variance, signs)
            skew[alone] = np.where(uneven, skewness(third / second, error, UNEVEN), 0.0)
            skew[alone] = np.where(np.abs(likely) > np.abs(skew[alone]), likely, skew[alone])
            shown[alone] = np.abs(third / second) > SHOWN * error
            rare[alone], depth[alone], sign[alone] = own_collapses(own, uneven, seeds[alone])
            rare_of[alone] = seeds[alone]
            seen[alone] = rare[alone] / rare_of[alone]
            skew[alone] = np.where(rare[alone] > 0, 0.0, skew[alone])

        low, high = stretches(skew, seeds)
        most = stats.beta.ppf(0.975, rare + 1, np.maximum(rare_of - rare, 1))  # Clopper and Pearson's
        shift = np.where(rare > 0, np.maximum(0.0, most - seen) * depth, 0.0)
        return {
            "stretch_low": low,
            "stretch_high": high,
            "shift_low": np.where(sign > 0, shift, 0.0),
            "shift_high": np.where(sign > 0, 0.0, shift),
            "tail": np.where(rare > 0, "collapse", np.where(shown & (skew != 0), "skewed", "")),
            "rare": rare,
            "rare_of": np.where(rare > 0, rare_of, 0),
            "rare_own": (rare > 0) & (sign == signs[0]),
        }

    def _pools(self, places: np.ndarray) -> _Pools:
        """The pools of arms `[arms, contrasts]`: cells with its levels of factors in which the arms of one differ."""
        codes = self.codes[places]
        kept = (codes != codes[0]).any(axis=0) | self.rate
        names = list(_Pools.__dataclass_fields__)
        arrays = {name: np.zeros(places.shape) for name in names}
        for mask in np.unique(kept, axis=0):
            rows = (kept == mask).all(axis=1)
            pools = self._like(tuple(mask.tolist()))
            for name in names:
                arrays[name][:, rows] = getattr(pools, name)[places[:, rows]]
        return _Pools(**arrays)

    def _like(self, mask: tuple[bool, ...]) -> _Pools:
        if mask not in self.known:
            _, pool = np.unique(self.codes[:, mask], axis=0, return_inverse=True)
            pool = pool.reshape(-1)
            cells = np.bincount(pool, ~np.isnan(self.skews[0]))
            values = [_spread_out(self.left[pool == at]) for at in range(len(cells))]
            count = np.array([len(left) for left in values], dtype=float)
            enough = (cells >= FEWEST_CELLS) & (count >= FEWEST)
            far = np.array(
                [count_collapsed(left) if is_enough else 0 for left, is_enough in zip(values, enough, strict=True)]
            )
            deep = np.array([depth(left, collapses) for left, collapses in zip(values, far, strict=True)])
            trimmed = [_trimmed_skewness(self.left[pool == at], cut) if cut else 0.0 for at, cut in enumerate(deep)]
            spread = [float(left.var()) if len(left) else 0.0 for left in values]
            cells, count, *others = (
                np.array(numbers)[pool] for numbers in (cells, np.maximum(count, 1), trimmed, spread, far, deep)
            )
            self.known[mask] = _Pools(cells, count, *self._skew(mask, pool), *others)
        return self.known[mask]

    def _of_levels(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For every cell what its levels together make of it: L-skewness, its standard error, variance of scores.

        For comparisons of which a side has no other cell like it; NaN for a cell whose level no other cell has.
        """
        ratio, variance = self.skews
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            spread = np.nanvar(self.left, axis=1, ddof=1)
        there = ~np.isnan(ratio) & (spread > 0)
        logs = np.log(np.where(there, spread, 1.0))
        groups = [codes for codes in self.codes.T if len(np.unique(codes)) > 1]
        if not there.any() or len(groups) < 2:
            return (np.full(len(ratio), np.nan),) * 3
        means = [[_means(group, values, there) for group in groups] for values in (ratio, logs)]
        counts = np.stack([np.bincount(group, there)[group] for group in groups])
        many = len(groups) - 1
        found = [sum(some) - many * values[there].mean() for some, values in zip(means, (ratio, logs), strict=True)]
        found[0] = np.clip(found[0], np.min(means[0], axis=0), np.max(means[0], axis=0))
        share = np.maximum((1 / np.maximum(counts, 1)).sum(axis=0) - many / there.sum(), 1 / there.sum())
        known = (counts > 1).all(axis=0)
        error = np.sqrt(share * variance[there].mean())
        estimates = (found[0], error, np.exp(found[1]))
        ratio, error, spread = (np.where(known, estimate, np.nan) for estimate in estimates)
        return ratio, error, spread

    def _skew(self, mask: tuple[bool, ...], pool: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The L-skewness of every cell as that of its pool, less what its pool owes to the levels of other factors.

        pool: of every cell. So it is the sum of what the levels of some factors make of it and of what those of the
        others do, as cells that are alike in one of the two show it, and between these two; with its standard error.
        """
        ratio, variance = self.skews
        there = ~np.isnan(ratio)
        _, beside = np.unique(self.codes[:, ~np.array(mask)], axis=0, return_inverse=True)
        parts: list[np.ndarray] = []
        shares: list[np.ndarray] = []
        for group in (pool, beside.reshape(-1), np.zeros(len(pool), int)):
            parts.append(_means(group, ratio, there))
            shares.append(1 / np.maximum(np.bincount(group, there), 1)[group])
        typical = float(np.mean(variance[there])) if there.any() else np.nan
        share = np.maximum(shares[0] + shares[1] - shares[2], shares[2])
        found = np.clip(parts[0] + parts[1] - parts[2], np.minimum(*parts[:2]), np.maximum(*parts[:2]))
        return found, np.sqrt(share * typical)


def _of_contrast(skew: np.ndarray, variance: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """The skewness of contrasts of independent scores `[arms, contrasts]`; 0 where nothing is known of an arm."""
    third = np.einsum("a,ac->c", signs, skew * variance**1.5)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(third / variance.sum(axis=0) ** 1.5)


def _means(group: np.ndarray, values: np.ndarray, there: np.ndarray) -> np.ndarray:
    """For every cell the mean of its group, of those that are there."""
    counts = np.maximum(np.bincount(group, there), 1)
    return (np.bincount(group, np.where(there, values, 0.0)) / counts)[group]


def _medians(values: np.ndarray, axis: int) -> np.ndarray:
    """Medians of what is known along an axis, which is kept; NaN where nothing is."""
    if values.size and not np.isnan(values).any():
        return np.median(values, axis=axis, keepdims=True)  # many times as fast as the other
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nanmedian(values, axis=axis, keepdims=True)


def _range(values: np.ndarray) -> np.ndarray:
    """The largest less the smallest known value of each row; 0 without any."""
    known = ~np.isnan(values)
    high, low = (np.where(known, numbers, -np.inf).max(axis=1, initial=-np.inf) for numbers in (values, -values))
    return np.where(known.any(axis=1), high + low, 0.0)


def _trimmed_skewness(left: np.ndarray, deep: float) -> float:
    """The L-skewness of cells `[cells, seeds]` without what lies half as deep as what collapsed, or deeper."""
    second, third, _ = l_moments(np.where(left < -deep / 2, np.nan, left))
    return float(np.nansum(third) / np.nansum(second)) if np.nansum(second) else 0.0


def _spread_out(values: np.ndarray) -> np.ndarray:
    """`[cells, seeds]` around the mean of their cell, with the spread that a mean of few takes away put back."""
    counts = (~np.isnan(values)).sum(axis=1, keepdims=True)
    values, counts = values[counts[:, 0] > 1], counts[counts[:, 0] > 1]
    around = (values - np.nanmean(values, axis=1, keepdims=True)) * np.sqrt(counts / (counts - 1))
    return around[~np.isnan(around)]
