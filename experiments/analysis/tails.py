"""Skew and rare collapse in the scores behind a comparison: what they do to Student's t, and when no verdict holds.

Student's t takes a mean of few seeds for what the mean of many would be. Where one side's scores have a long tail, the
few seeds mostly miss it, and t finds differences that are not there. One pair's seeds can't show that, for a sample
that misses the tail looks even. So it is looked for in all cells of a level.
"""

import warnings
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.declared import RATE, Declared
from experiments.analysis.failure_cost import with_costs
from experiments.analysis.intervals import ROUNDING
from experiments.analysis.scores import score_matrix

COLUMNS = ["stretch_low", "stretch_high", "shift_low", "shift_high", "tail", "rare", "rare_of", "rare_own"]
FEWEST_CELLS, FEWEST = 3, 30  # of a level, and their scores together, below which a pair's own seeds must do
SKEWED, OWN_SKEWED = 0.01, 0.05  # p of the skewness of a level's scores, and of a pair's own gains
FAR = 6.0  # times the spread of the middle, as the median absolute deviation measures it
SEEN = 3.0  # expected in n seeds, from which an event hardly stays unseen (1 in 20)
_NONE = (1.0, 1.0, 0.0, 0.0, "", 0, 0, False)
NO_TAILS = dict(zip(COLUMNS, _NONE, strict=True))
_DRAWS, _LEVEL, _OWN_LEVEL = 8000, 0.005, 0.05


def rarest_seen(seeds: int) -> float:
    """The share of runs above which so many seeds show an event at least once, 19 times in 20 (the rule of three).

    >>> rarest_seen(10), rarest_seen(2)
    (0.3, 1.0)
    """
    return min(1.0, SEEN / max(seeds, 1))


def tails(scores: pd.DataFrame, levels: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """What the tails of the two sides do to each comparison.

    scores: `[cells, seeds]`, larger is better, failures at their cost. levels: a row per cell, a column per varied
    factor. pairs: `cell, reference_cell`, compared seed by seed. Returns on the index of `pairs`
    - `stretch_low, stretch_high`: by how much the two halves of the interval of t must be longer, 1 where no skew is
      found. They come from t's own distribution in samples that are drawn from what the two sides' scores are like
      (the studentized bootstrap), and never shorten an interval;
    - `tail`: "" where nothing is found, `skewed`, or `collapse` where one side has runs far below all others that are
      so rare that the seeds compared may well miss them;
    - `shift_low, shift_high`: by how much that end lies further out because the side may collapse more often than it
      did on these seeds: as often as the upper end of the 95 % interval of its share says, times how deep it falls;
    - `rare, rare_of`: how many runs of that side are so far away, and of how many; `rare_own`: whether it is the side
      of `cell`.

    The scores of a side are those of all cells with its levels of the factors in which the two differ, at its learning
    rate, where these are 3 or more with 30 scores; without them the gains of the pair itself.

    Source: P. Hall, The Bootstrap and Edgeworth Expansion (1992), for the studentized bootstrap.
    """
    arms = _Arms.of(scores, levels)
    sides = [arms.place.get_indexer(pairs[name]) for name in ("cell", "reference_cell")]
    rows = [_of_pair(arms, *pair) for pair in zip(*sides, strict=True)]
    return pd.DataFrame(rows, index=pairs.index, columns=COLUMNS).astype(
        {name: float for name in COLUMNS[:4]} | {"rare": int, "rare_of": int}
    )


def tails_of_trials(trials: pd.DataFrame, pairs: pd.DataFrame, study: Declared, column: str) -> pd.DataFrame:
    """`tails` of a study's trials. column: of the scores."""
    names = [name for name in study.varied if name in trials]
    if not names or pairs["cell"].isna().all():
        return pd.DataFrame([_NONE] * len(pairs), index=pairs.index, columns=COLUMNS)
    costed = with_costs(trials, study)
    levels = costed.drop_duplicates("cell").set_index("cell")[names]
    return tails(study.sign * score_matrix(costed, column), levels, pairs)


@dataclass(frozen=True)
class _Arm:
    """The cells that are like one side of a pair. values: their scores around 0. collapsed: how many lie far below, by
    `depth` in the middle.
    """

    cells: int
    values: np.ndarray
    collapsed: int
    depth: float
    skew_p: float


@dataclass(frozen=True)
class _Arms:
    """place: the cells' ids. scores: `[cells, seeds]`; left: the same less what seeds and cells do. codes: levels as
    numbers, `[cells, factors]`. rate: which factors are the learning rate. known: arms that were looked at before."""

    place: pd.Index
    scores: np.ndarray
    left: np.ndarray
    codes: np.ndarray
    rate: np.ndarray
    known: dict[tuple[int, ...], _Arm]

    @classmethod
    def of(cls, scores: pd.DataFrame, levels: pd.DataFrame) -> "_Arms":
        values = scores.to_numpy(float)
        left = values - _medians(values, axis=1)
        left = left - _medians(left, axis=0)
        names = list(levels)
        codes = np.stack([pd.factorize(levels.loc[scores.index, name])[0] for name in names], axis=1)
        return cls(scores.index, values, left, codes, np.array([name == RATE for name in names]), {})

    def like(self, cell: int, other: int) -> _Arm:
        """The cells with this cell's levels of the factors in which it differs from the other, at its learning rate."""
        own = self.codes[cell]
        kept = (own != self.codes[other]) | self.rate
        key = tuple(np.where(kept, own, -1).tolist())
        if key not in self.known:
            some = (self.codes[:, kept] == own[kept]).all(axis=1)
            values = _spread_out(self.left[some])
            far = collapsed(values)
            self.known[key] = _Arm(int(some.sum()), values, far, depth(values, far), _skew_p(values))
        return self.known[key]


def _of_pair(arms: _Arms, cell: int, reference: int) -> tuple:
    if min(cell, reference) < 0:
        return _NONE
    sides = arms.scores[[cell, reference]]
    gains = sides[0] - sides[1]
    gains = gains[~np.isnan(gains)]
    if len(gains) < 3 or np.ptp(gains) <= ROUNDING * np.nanmax(np.abs(sides)):
        return _NONE
    own, other = arms.like(cell, reference), arms.like(reference, cell)
    if min(own.cells, other.cells) < FEWEST_CELLS or min(len(own.values), len(other.values)) < FEWEST:
        return _by_itself(gains)
    worst = max(own, other, key=lambda arm: arm.collapsed / len(arm.values))
    rare = 0 < worst.collapsed / len(worst.values) < rarest_seen(len(gains))
    skewed = min(own.skew_p, other.skew_p) < SKEWED
    if not (skewed or rare):
        return _NONE
    if not rare:
        return (*stretches(_key(own.values), _key(other.values), len(gains), _LEVEL), 0.0, 0.0, "skewed", 0, 0, False)
    sides = [_without_lowest(arm.values, arm.collapsed) for arm in (own, other)]
    even = min(map(_skew_p, sides)) >= SKEWED
    stretch = (1.0, 1.0) if even else stretches(_key(sides[0]), _key(sides[1]), len(gains), _LEVEL)
    side = arms.left[cell if worst is own else reference]
    seen = float(np.mean(side[~np.isnan(side)] < -worst.depth / 2))
    return _of_collapse(stretch, worst.collapsed, len(worst.values), seen, worst.depth, own=worst is own)


def _by_itself(gains: np.ndarray) -> tuple:
    """The same of a pair of which nothing is known but its own gains."""
    if len(gains) < 5 or abs(stats.skew(gains, bias=False)) < _critical_skewness(len(gains)):
        return _NONE
    sides = collapsed(gains, 1), collapsed(-gains, 1)
    rare = max(sides)
    if not 0 < rare / len(gains) < rarest_seen(len(gains)):
        stretch = stretches(_key(_spread_out(gains[None])), (0.0,), len(gains), _OWN_LEVEL)
        return (*stretch, 0.0, 0.0, "skewed", 0, 0, False)
    own = sides[0] == rare
    deep = depth(gains if own else -gains, rare)
    return _of_collapse((1.0, 1.0), rare, len(gains), rare / len(gains), deep, own=own)


def _of_collapse(stretch: tuple[float, float], rare: int, count: int, seen: float, deep: float, *, own: bool) -> tuple:
    """The row of a pair of which a side collapsed `rare` times in `count` runs. seen: the share on the pair's seeds."""
    most = float(stats.beta.ppf(0.975, rare + 1, count - rare))  # Clopper and Pearson's
    shift = max(0.0, most - seen) * deep
    return (*stretch, shift if own else 0.0, 0.0 if own else shift, "collapse", rare, count, own)


def collapsed(values: np.ndarray, fewest: int = 2) -> int:
    """How many values lie far below the middle, where hardly any lie as far above it; 0 for fewer than `fewest`.

    >>> collapsed(np.array([0.1, 0.2, 0.0, -0.1, -0.2, 0.15, -0.15, 0.05, -9.0, -8.0]))
    2
    """
    away = values - np.median(values) if len(values) else values
    if not len(away):
        return 0
    limit = FAR * 1.4826 * np.median(np.abs(away)) or FAR / 2 * values.std()  # where most values are one and the same
    low, high = int((away < -limit).sum()), int((away > limit).sum())
    return low if low >= fewest and 4 * high < low else 0


def depth(values: np.ndarray, collapsed: int) -> float:
    """How far below the middle the lowest values lie, in the middle of these; 0 for none.

    >>> depth(np.array([0.1, 0.2, 0.0, -0.1, -0.2, 0.15, -0.15, 0.05, -9.0, -8.0]), 2)
    8.45
    """
    return float(np.median(values) - np.median(np.sort(values)[:collapsed])) if collapsed else 0.0


@cache
def stretches(own: tuple[float, ...], reference: tuple[float, ...], seeds: int, level: float) -> tuple[float, float]:
    """How much longer than t's the two halves of an interval are that keeps its level for such samples: low, high.

    own, reference: what the scores of the two sides are like, around 0. level: at which the two are measured,
    two-sided; what is rarer takes more draws than there are.

    >>> even = tuple(stats.norm.ppf((np.arange(100) + 0.5) / 100).tolist())
    >>> [round(one, 1) for one in stretches(even, even, 10, 0.05)]
    [1.0, 1.0]
    """
    random = np.random.default_rng([len(own), len(reference), seeds])
    gains = random.choice(own, (_DRAWS, seeds)) - random.choice(reference, (_DRAWS, seeds))
    spread = gains.std(axis=1, ddof=1)
    known = spread > ROUNDING * np.abs(gains).max()  # a sample without spread has no t, and no such interval either
    if not known.any():
        return 1.0, 1.0
    t = gains[known].mean(axis=1) * np.sqrt(seeds) / spread[known]
    low, high = np.quantile(t, [level / 2, 1 - level / 2], method="inverted_cdf")
    even = float(stats.t.ppf(1 - level / 2, seeds - 1))
    return max(1.0, float(high) / even), max(1.0, -float(low) / even)


def _medians(values: np.ndarray, axis: int) -> np.ndarray:
    """Medians of what is known along an axis, which is kept; NaN where nothing is."""
    if values.size and not np.isnan(values).any():
        return np.median(values, axis=axis, keepdims=True)  # many times as fast as the other
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nanmedian(values, axis=axis, keepdims=True)


def _without_lowest(values: np.ndarray, count: int) -> np.ndarray:
    """The others, around their mean."""
    left = np.sort(values)[count:]
    return left - left.mean()


def _spread_out(values: np.ndarray) -> np.ndarray:
    """`[cells, seeds]` around the mean of their cell, with the spread that a mean of few takes away put back."""
    counts = (~np.isnan(values)).sum(axis=1, keepdims=True)
    values, counts = values[counts[:, 0] > 1], counts[counts[:, 0] > 1]
    around = (values - np.nanmean(values, axis=1, keepdims=True)) * np.sqrt(counts / (counts - 1))
    return around[~np.isnan(around)]


def _skew_p(values: np.ndarray) -> float:
    """p of no skewness, D'Agostino's test; 1 for few values or without any spread."""
    if len(values) < FEWEST or np.ptp(values) <= ROUNDING * np.abs(values).max():
        return 1.0
    return float(stats.skewtest(values).pvalue)


@cache
def _critical_skewness(count: int) -> float:
    """The skewness that 5 % of normal samples of this size exceed on either side."""
    samples = np.random.default_rng(count).normal(size=(20_000, count))
    return float(np.quantile(np.abs(stats.skew(samples, axis=1, bias=False)), 1 - OWN_SKEWED))


def _key(values: np.ndarray) -> tuple[float, ...]:
    return tuple(np.round(values, 12).tolist())
