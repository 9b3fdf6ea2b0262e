"""What matters in a grid: the share of the variance between cells that is due to each factor and each interaction."""

import functools
import itertools
import math

import numpy as np
import pandas as pd
from scipy import stats
from scipy.linalg import helmert
from scipy.special import expit, logit, ncfdtrinc

from experiments.analysis.declared import Declared
from experiments.analysis.intervals import ALPHA, ROUNDING, effective
from experiments.analysis.scores import common_seeds, score_matrix

COLUMNS = ["factors", "share", "low", "high", "p", "shown", "behind"]
REST = "three or more together"
TINY = 0.001  # a share that is as good as 0, or as good as 1 when taken from 1
LEVEL = 0.01  # of the family of F tests, and of what is said to matter most


def variance_table(trials: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """Every factor, every two together, and the rest, largest share first; of `find_balanced`'s cells and seeds.

    Returns `COLUMNS`, empty where fewer than two factors vary, seeds are fewer than two or share nothing:
    - `factors`: a tuple of names; of interactions of three or more `(REST,)`;
    - `share`: of the variance between the means of cells, from 0 to 1, all together 1 (0 where none is above noise);
      `low, high`: a 95 % interval, within 0 and 1, NaN for fewer than three seeds: from the jackknife over seeds (wider
      where they overlap), of the share and of its logarithmic odds, whichever end lies further out. The share of a row
      that is not above noise (p above 0.05) may be 0, and is at most what its own F allows by the noncentral F
      distribution; that is left open to the others, too;
    - `p`: of an F test of no effect, Holm's over the rows; `shown`: whether it is at most `LEVEL`, of a study with
      looks times the share that this look spends;
    - `behind`: whether the share is shown to be smaller than the first's, by the jackknife at `LEVEL`.

    A row stands for d = Π (L − 1) orthonormal contrasts of the cells of its factors, L their levels. Seeds are blocks:
    each contrast is a number y per seed. The sum of squares over the means of cells is Σ ȳ², to which noise adds
    Σ var(y) / n, n being the S seeds, or fewer where they overlap (`effective`); that is taken off, and what is then
    below 0 is none. F = n Σ ȳ² / Σ var(y), of d ε and d ε (S − 1) degrees of freedom, where ε, from 1/d to 1, corrects
    for contrasts that spread unequally or together.

    Sources: the analysis of variance with repeated measures; S. Greenhouse and S. Geisser (1959) for ε; R. Miller, The
    jackknife (1974); J. Steiger, Beyond the F test (2004) for what an F allows.
    """
    empty = pd.DataFrame(columns=COLUMNS)
    if trials.empty or len(study.varied) < 2 or not study.paired:
        return empty
    scores, levels = find_balanced(trials, study)
    count = scores.shape[1]
    names = [name for name, some in levels.items() if len(some) > 1]
    if len(names) < 2 or count < 2:
        return empty
    values = scores.to_numpy()
    if np.ptp(values, axis=0).max() <= ROUNDING * np.abs(values).max():
        return empty
    rows = _contrasts(values, {name: len(levels[name]) for name in names})
    parts = np.array([_above_noise(y, study.overlap) for y in rows.values()])
    left_out = np.array(
        [
            _shares(np.array([_above_noise(np.delete(y, seed, axis=0), study.overlap) for y in rows.values()]))
            for seed in range(count if count > 2 else 0)
        ]
    ).reshape(-1, len(rows))
    shares = _shares(parts)
    alone = np.array([_f_test(y, study.overlap) for y in rows.values()])
    low, high = _ends(rows, parts, left_out, alone, study.overlap)
    p = holm(alone)
    first = int(shares.argmax())
    ahead, _ = _jackknife(shares[first] - shares, left_out[:, [first]] - left_out, LEVEL, study.overlap)
    table = pd.DataFrame(
        {
            "factors": list(rows),
            "share": shares.clip(0),
            "low": low,
            "high": high,
            "p": p,
            "shown": p <= LEVEL * study.share,
            "behind": ahead > 0,
        }
    )
    return table.sort_values("share", ascending=False, kind="stable", ignore_index=True)


def find_balanced(trials: pd.DataFrame, study: Declared) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """The largest part of a grid that was found level by level in which every cell has a score on every common seed.

    The level with the most cells that lack one goes first, until none does. Returns the scores `[cells, seeds]`, in
    the order of the levels, and the levels that are left of each factor; no scores where nothing is left.
    """
    seeds = common_seeds(trials, study)
    matrix = score_matrix(trials[trials["seed"].isin(seeds)], study.validation)
    cells = trials.drop_duplicates("cell").set_index("cell")[study.varied].loc[matrix.index]
    whole = matrix.notna().all(axis=1)
    levels = {name: list(study.factors[name]) for name in study.varied}
    while True:
        wanted = pd.MultiIndex.from_product(list(levels.values()), names=list(levels))
        at = pd.Series(cells.index, index=pd.MultiIndex.from_frame(cells))
        ids = at[~at.index.duplicated()].reindex(wanted)
        bad = ~ids.map(whole).eq(True)
        if not bad.any():
            return matrix.loc[ids.to_numpy()], levels
        shares = [
            (bad[wanted.get_level_values(name) == level].mean(), name, level)
            for name, some in levels.items()
            if len(some) > 1
            for level in some
        ]
        if not shares:
            return matrix.iloc[:0], {}
        _, name, level = max(shares, key=lambda entry: entry[0])
        levels[name] = [other for other in levels[name] if other != level]


def _contrasts(scores: np.ndarray, levels: dict[str, int]) -> dict[tuple[str, ...], np.ndarray]:
    """By set of factors their contrasts by seed, `[seeds, d]`. scores: `[cells, seeds]`; levels: how many of each."""
    effects: dict[tuple[str, ...], np.ndarray] = {}
    for size in range(1, len(levels) + 1):
        for some in itertools.combinations(levels, size):
            parts: list[np.ndarray] = [
                helmert(many).T if name in some else np.full((many, 1), many**-0.5) for name, many in levels.items()
            ]
            key = some if size < 3 else (REST,)
            own = scores.T @ functools.reduce(np.kron, parts)
            effects[key] = np.hstack([effects[key], own]) if key in effects else own
    return effects


def _above_noise(y: np.ndarray, overlap: float) -> float:
    """The sum of squares of a row's contrasts over the means of cells, without what noise adds to it."""
    return float((y.mean(axis=0) ** 2).sum() - y.var(axis=0, ddof=1).sum() / effective(len(y), overlap))


def _shares(parts: np.ndarray) -> np.ndarray:
    """The parts as shares of those above 0 together; none is above 1, and some can be below 0."""
    total = parts.clip(0).sum()
    return parts / total if total > 0 else np.zeros_like(parts)


def _f_test(y: np.ndarray, overlap: float) -> float:
    """p of no effect, from contrasts by seed; 1 where there is nothing."""
    noise, f, freedom, rest = _f(y, overlap)
    if noise <= 0:
        return 0.0 if f > 0 else 1.0
    return float(stats.f.sf(f, freedom, rest))


def _f(y: np.ndarray, overlap: float) -> tuple[float, float, float, float]:
    """The noise of a row’s contrasts by seed, F (without noise the squares), and its degrees of freedom."""
    covariance = np.atleast_2d(np.cov(y, rowvar=False))
    noise, squares = np.trace(covariance), effective(len(y), overlap) * (y.mean(axis=0) ** 2).sum()
    if noise <= 0:
        return 0.0, float(squares), 1.0, 1.0
    freedom = noise**2 / (covariance**2).sum()  # d ε
    return float(noise), float(squares / noise), float(freedom), float(freedom * (len(y) - 1))


def holm(p: np.ndarray) -> np.ndarray:
    """p-values of a family, each as large as the family's level must be to reject it. Source: S. Holm (1979).

    >>> holm(np.array([0.01, 0.04, 0.03])).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p)
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)).clip(max=1)
    return steps[np.argsort(order)]


def _ends(
    rows: dict[tuple[str, ...], np.ndarray], parts: np.ndarray, left_out: np.ndarray, p: np.ndarray, overlap: float
) -> tuple[np.ndarray, np.ndarray]:
    """The ends of the shares' intervals. parts: above noise. left_out: shares without each seed. p: of each row."""
    if not len(left_out):
        return np.full(len(parts), math.nan), np.full(len(parts), math.nan)
    shares, above = _shares(parts), parts.clip(0)
    low, high = _jackknife(shares, left_out, ALPHA, overlap)
    by_odds = [expit(end) for end in _jackknife(_odds(shares), _odds(left_out), ALPHA, overlap)]
    low, high = np.minimum(low, by_odds[0]), np.maximum(high, by_odds[1])
    near = p > ALPHA
    most = np.array([_most_above_noise(y, overlap) for y in rows.values()])
    whole = most + above.sum() - above
    largest = np.divide(most, whole, out=np.zeros_like(most), where=whole > 0)
    low, high = np.where(near, 0.0, low), np.where(near, np.maximum(high, largest), high)
    for at in np.flatnonzero(~near):
        beside = most[near & (np.arange(len(parts)) != at)]
        if len(beside):
            low[at] = min(low[at], above[at] / (above.sum() + beside.max()))
    return low.clip(0, 1), high.clip(0, 1)


def _odds(shares: np.ndarray) -> np.ndarray:
    return logit(np.clip(shares, TINY, 1 - TINY))


def _most_above_noise(y: np.ndarray, overlap: float) -> float:
    """The largest sum of squares over the true means of a row's contrasts that goes with its F, at 97.5 %."""
    noise, f, freedom, rest = _f(y, overlap)
    if noise <= 0 or stats.f.cdf(f, freedom, rest) <= ALPHA / 2:
        return 0.0
    found = float(ncfdtrinc(freedom, rest, ALPHA / 2, f))
    return float(found * noise / (effective(len(y), overlap) * freedom)) if math.isfinite(found) else 0.0


def _jackknife(share: np.ndarray, left_out: np.ndarray, alpha: float, overlap: float) -> tuple[np.ndarray, np.ndarray]:
    """The ends of two-sided intervals, NaN for fewer than three seeds. left_out: `[seeds, rows]`, without each one."""
    count = len(left_out)
    if not count:
        return np.full_like(share, math.nan), np.full_like(share, math.nan)
    spread = np.sqrt((count - 1) / count * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
    half = stats.t.ppf(1 - alpha / 2, count - 1) * spread * math.sqrt(count / effective(count, overlap))
    return share - half, share + half
