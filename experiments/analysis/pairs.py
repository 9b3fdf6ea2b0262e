"""Two cells compared: the gain with its interval, wins, failures and a word for the outcome."""

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.declared import Declared
from experiments.analysis.intervals import ALPHA, ROUNDING, intervals
from experiments.analysis.scores import score_matrix, status_matrix
from experiments.analysis.smallest_effect import smallest_effects
from experiments.analysis.welch import COLUMNS as WELCH
from experiments.analysis.welch import welch

FAILS_OFTEN = 0.10


def compare(
    trials: pd.DataFrame, pairs: pd.DataFrame, study: Declared, comparisons: int, column: str | None = None
) -> pd.DataFrame:
    """Each pair's gain of `cell` over `reference_cell`; positive is better.

    trials: rows of the study. pairs: `cell, reference_cell`, ids or None (not run), any other columns kept.
    comparisons: m of the family; of a study with looks its share of 0.05 is divided among them. column: of the scores,
    by default the validation score, whose seeds may overlap (`study.overlap`); others are of a part of their own.

    A pair is compared seed by seed, on the seeds that both sides ran. Where they ran none in common, or equal seeds
    share nothing (`study.paired` is false), it is compared as two independent samples (`welch`).

    Returns `pairs` with
    - `paired`: whether it is compared seed by seed;
    - `n, mean, sd, low, high, kind` of `intervals`, over the seeds on which both trained; of `welch` where not paired;
    - `own_n, reference_n`: how many scores of each side are compared, both n where paired;
    - `freedom`: the degrees of freedom as a multiple of n − 1, 1 where paired;
    - `wins, losses`: seeds won and lost with a failure ranked last, 0 where not paired, for there is nothing to win;
    - `own_runs, reference_runs`: of how many seeds of each side; `runs`: the smaller one. Where paired all three are
      the seeds that both ran;
    - `left_out`: seeds that are in no comparison because one side alone ran them;
    - `diverged, reference_diverged`: how many of those runs diverged;
    - `where_both_train`: whether one side fails in 10 % of runs, or they differ in failures (exact McNemar, Fisher's
      exact test where not paired, below 0.05), so that the gain holds only where both train;
    - `delta`: Δ, the smallest effect of interest, for this reference;
    - `outcome`: `no practical difference` where the whole interval lies within ±Δ, else `better` or `worse` where it
      leaves out 0, else `not told apart`; or `identical, one seed, not run, no scores to compare`.
    """
    scores, ran, diverged = _sides(trials, pairs, study, column or study.validation)
    overlap = study.overlap if column in (None, study.validation) else 0.0
    ok = ~np.isnan(scores)
    both = ran[0] & ran[1]
    paired = both.any(axis=1) & study.paired
    independent = ran.any(axis=2).all(axis=0) & ~paired
    difference = np.where(independent[:, None], np.nan, scores[0] - scores[1])
    sizes = np.abs(np.where(ok, scores, 0.0)).max(axis=(0, 2), initial=0.0)
    table = intervals(pd.DataFrame(difference, index=pairs.index), comparisons / study.share, sizes, overlap)
    table = table.assign(paired=~independent, own_n=table["n"], reference_n=table["n"], freedom=1.0)
    if independent.any():
        samples = [
            welch(*(side[at][ok[place, at]] for place, side in enumerate(scores)), comparisons / study.share, overlap)
            for at in np.flatnonzero(independent)
        ]
        table.loc[independent, WELCH] = pd.DataFrame(samples, index=table.index[independent])[WELCH]
    tolerance = ROUNDING * sizes[:, None]
    counted = np.where(independent[:, None], ran, both)  # [2, pairs, seeds]
    only_first, only_second = ok[0] & diverged[1], diverged[0] & ok[1]
    table["wins"] = np.where(independent, 0, ((difference > tolerance) | only_first).sum(axis=1))
    table["losses"] = np.where(independent, 0, ((difference < -tolerance) | only_second).sum(axis=1))
    table["own_runs"], table["reference_runs"] = counted.sum(axis=2)
    table["runs"] = table[["own_runs", "reference_runs"]].min(axis=1)
    table["left_out"] = np.where(independent, 0, (ran[0] ^ ran[1]).sum(axis=1))
    table["diverged"], table["reference_diverged"] = (diverged & counted).sum(axis=2)
    often = [
        table[f"{side}diverged"] >= FAILS_OFTEN * table[f"{runs}_runs"].clip(lower=1)
        for side, runs in (("", "own"), ("reference_", "reference"))
    ]
    differ = _mcnemar(only_first.sum(axis=1), only_second.sum(axis=1))
    differ[independent] = [_fisher(row) for row in table[independent].itertuples()]
    table["where_both_train"] = often[0] | often[1] | (differ < ALPHA)
    known = ok[1] & (ok[0] | independent[:, None])
    total = np.where(known, scores[1], 0.0).sum(axis=1)
    table["delta"] = smallest_effects(study, total / np.maximum(known.sum(axis=1), 1))
    table["outcome"] = _outcome(table)
    return pairs.join(table)


def seed_gains(trials: pd.DataFrame, pairs: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """The gain of every pair on every seed that both ran: `pair` (the index of `pairs`), `seed, gain`.

    Pairs that are not compared seed by seed have none.
    """
    scores, *_ = _sides(trials, pairs, study, study.validation)
    seeds = sorted(trials["seed"].unique())
    gains = scores[0] - scores[1] if study.paired else np.full_like(scores[0], np.nan)
    wide = pd.DataFrame(gains, index=pairs.index, columns=seeds)
    long = wide.rename_axis("pair").reset_index().melt("pair", var_name="seed", value_name="gain")
    return long.dropna(subset="gain").sort_values(["pair", "seed"], ignore_index=True)


def side_scores(trials: pd.DataFrame, pairs: pd.DataFrame, study: Declared) -> dict[object, tuple[np.ndarray, ...]]:
    """The signed scores of the two sides of every pair, by the index of `pairs`, each without what is missing."""
    scores, *_ = _sides(trials, pairs, study, study.validation)
    return {at: tuple(side[place][~np.isnan(side[place])] for side in scores) for place, at in enumerate(pairs.index)}


def _sides(
    trials: pd.DataFrame, pairs: pd.DataFrame, study: Declared, column: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Signed scores, who ran and who diverged: `[2, pairs, seeds]`, the reference second."""
    scores = study.sign * score_matrix(trials, column)
    diverged = status_matrix(trials, "diverged")
    ran = status_matrix(trials, "ok") | diverged
    ids = [pairs["cell"].to_list(), pairs["reference_cell"].to_list()]

    def take(matrix: pd.DataFrame, missing: object, kind: type) -> np.ndarray:
        return np.stack([matrix.reindex(one, fill_value=missing).to_numpy(dtype=kind) for one in ids])

    return take(scores, np.nan, float), take(ran, False, bool), take(diverged, False, bool)


def _mcnemar(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Two-sided exact p of seeds on which only one side trained, under even odds."""
    return np.minimum(1.0, 2 * stats.binom.cdf(np.minimum(first, second), first + second, 0.5))


def _fisher(row: object) -> float:
    """Two-sided exact p of two sides' failures, under one share for both."""
    sides = ((row.diverged, row.own_runs), (row.reference_diverged, row.reference_runs))
    return float(stats.fisher_exact([[diverged, runs - diverged] for diverged, runs in sides]).pvalue)


def _outcome(table: pd.DataFrame) -> np.ndarray:
    return np.select(
        [
            table["runs"] == 0,
            table["kind"] == "none",
            table["kind"] == "one seed",
            table["kind"] == "identical",
            (table["low"] > -table["delta"]) & (table["high"] < table["delta"]),
            table["low"] > 0,
            table["high"] < 0,
        ],
        ["not run", "no scores to compare", "one seed", "identical", "no practical difference", "better", "worse"],
        default="not told apart",
    )
