"""What matters in a grid: the share of the variance between cells that is due to each factor and each interaction."""

import itertools
import math

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.declared import Declared
from experiments.analysis.intervals import ALPHA
from experiments.analysis.scores import common_seeds, score_matrix

COLUMNS = ["factors", "share", "low", "high"]
REST = "three or more together"


def variance_table(trials: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """`factors, share, low, high`: every factor, every two together, and the rest; of `balanced`'s cells and seeds.

    factors: a tuple of names; of interactions of three or more `(REST,)`. low, high: a 95 % interval from the
    jackknife over seeds, NaN for fewer than three. Empty where fewer than two factors vary, seeds are fewer than two or
    share nothing, or the cells do not differ by more than noise.

    With L levels of each of the factors, the sum of squares of a set u of them over the means of cells has
    Π (L − 1) degrees of freedom, each of which noise adds τ² to. τ² = σ² / S for S seeds, where σ² is the mean square
    of what is left of scores without the means of cells and of seeds (seeds are paired, so what a seed does to all
    cells is no noise). That is taken off, so that pure noise has no share; shares can be a little below 0.

    Source: the analysis of variance of a balanced design with random blocks; R. Miller, The jackknife (1974).
    """
    if trials.empty or len(study.varied) < 2 or not study.paired:
        return pd.DataFrame(columns=COLUMNS)
    scores, levels = balanced(trials, study)
    count = scores.shape[1]
    names = [name for name, some in levels.items() if len(some) > 1]
    if len(names) < 2 or count < 2:
        return pd.DataFrame(columns=COLUMNS)
    grid = scores.to_numpy().reshape(*(len(levels[name]) for name in names), count)
    whole = _shares(grid, names)
    if whole is None:
        return pd.DataFrame(columns=COLUMNS)
    left_out = [_shares(np.delete(grid, seed, axis=-1), names) for seed in range(count)] if count > 2 else []
    rows = []
    for factors, share in whole.items():
        parts = [one[factors] for one in left_out if one is not None]
        low, high = _jackknife(share, np.array(parts)) if len(parts) == count and count > 2 else (math.nan, math.nan)
        rows.append((factors, share, low, high))
    return pd.DataFrame(rows, columns=COLUMNS)


def balanced(trials: pd.DataFrame, study: Declared) -> tuple[pd.DataFrame, dict[str, list[str]]]:
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
        wanted = pd.MultiIndex.from_product(levels.values(), names=list(levels))
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
        _, name, level = max(shares, key=lambda one: one[0])
        levels[name] = [one for one in levels[name] if one != level]


def _shares(grid: np.ndarray, names: list[str]) -> dict[tuple[str, ...], float] | None:
    """The shares of a grid `[levels …, seeds]`; None where nothing but noise is there."""
    seeds = grid.shape[-1]
    cells = grid.reshape(-1, seeds)
    rest = cells - cells.mean(axis=1, keepdims=True) - cells.mean(axis=0) + cells.mean()
    noise = (rest**2).sum() / ((len(cells) - 1) * (seeds - 1)) / seeds
    means = grid.mean(axis=-1)
    found: dict[tuple[str, ...], float] = {}
    effects: dict[tuple[int, ...], np.ndarray] = {(): means.mean(keepdims=True)}
    axes = range(means.ndim)
    for size in range(1, means.ndim + 1):
        for some in itertools.combinations(axes, size):
            others = tuple(axis for axis in axes if axis not in some)
            effect = means.mean(axis=others, keepdims=True) - sum(
                effects[part] for less in range(size) for part in itertools.combinations(some, less)
            )
            effects[some] = effect
            squares = (effect**2).sum() * means.size / effect.size
            freedom = math.prod(means.shape[axis] - 1 for axis in some)
            key = tuple(names[axis] for axis in some) if size < 3 else (REST,)
            found[key] = found.get(key, 0.0) + squares - freedom * noise
    total = sum(found.values())
    if total <= 0 or total <= 1e-12 * (means**2).sum():
        return None
    return {factors: part / total for factors, part in found.items()}


def _jackknife(share: float, left_out: np.ndarray) -> tuple[float, float]:
    count = len(left_out)
    spread = math.sqrt((count - 1) / count * ((left_out - left_out.mean()) ** 2).sum())
    half = stats.t.ppf(1 - ALPHA / 2, count - 1) * spread
    return share - half, share + half
