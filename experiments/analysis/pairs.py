"""Two cells compared, seed by seed: the gain with its interval, wins, failures and a word for the outcome."""

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.declared import Declared
from experiments.analysis.intervals import ALPHA, ROUNDING, intervals
from experiments.analysis.scores import score_matrix, status_matrix
from experiments.analysis.smallest_effect import smallest_effects

FAILS_OFTEN = 0.10


def compare(
    trials: pd.DataFrame, pairs: pd.DataFrame, study: Declared, comparisons: int, column: str | None = None
) -> pd.DataFrame:
    """Each pair's gain of `cell` over `reference_cell`; positive is better.

    trials: rows of the study. pairs: `cell, reference_cell`, ids or None (not run), any other columns kept.
    comparisons: m of the family; of a study with looks its share of 0.05 is divided among them. column: of the scores,
    by default the validation score.

    Returns `pairs` with
    - `n, mean, sd, low, high, kind` of `intervals`, over the seeds on which both trained;
    - `wins, losses, runs`: seeds won and lost with a failure ranked last, of `runs` seeds that both ran;
    - `diverged, reference_diverged`: how many of those runs diverged;
    - `where_both_train`: whether one side fails in 10 % of runs, or they differ in failures (exact McNemar
      below 0.05), so that the gain holds only where both train;
    - `delta`: Δ, the smallest effect of interest, for this reference;
    - `outcome`: `no practical difference` where the whole interval lies within ±Δ, else `better` or `worse` where it
      leaves out 0, else `not told apart`; or `identical, one seed, not run, never both trained`.
    """
    scores, ran, diverged = _sides(trials, pairs, study, column or study.validation)
    ok = ~np.isnan(scores)
    difference = scores[0] - scores[1]
    sizes = np.abs(np.where(ok, scores, 0.0)).max(axis=(0, 2), initial=0.0)
    table = intervals(pd.DataFrame(difference, index=pairs.index), comparisons / study.share, sizes)
    tolerance = ROUNDING * sizes[:, None]
    both = ran[0] & ran[1]
    only_first, only_second = ok[0] & diverged[1], diverged[0] & ok[1]
    table["wins"] = ((difference > tolerance) | only_first).sum(axis=1)
    table["losses"] = ((difference < -tolerance) | only_second).sum(axis=1)
    table["runs"] = both.sum(axis=1)
    table["diverged"] = (diverged[0] & both).sum(axis=1)
    table["reference_diverged"] = (diverged[1] & both).sum(axis=1)
    often = table[["diverged", "reference_diverged"]].max(axis=1) >= FAILS_OFTEN * table["runs"].clip(lower=1)
    table["where_both_train"] = often | (_mcnemar(only_first.sum(axis=1), only_second.sum(axis=1)) < ALPHA)
    seen = np.where(ok.all(axis=0), scores[1], np.nan)
    counted = np.maximum(ok.all(axis=0).sum(axis=1), 1)
    table["delta"] = smallest_effects(study, np.nansum(seen, axis=1) / counted)
    table["outcome"] = _outcome(table)
    return pairs.join(table)


def seed_gains(trials: pd.DataFrame, pairs: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """The gain of every pair on every seed: `pair` (the index of `pairs`), `seed, gain`."""
    scores, *_ = _sides(trials, pairs, study, study.validation)
    seeds = sorted(trials["seed"].unique())
    wide = pd.DataFrame(scores[0] - scores[1], index=pairs.index, columns=seeds)
    long = wide.rename_axis("pair").reset_index().melt("pair", var_name="seed", value_name="gain")
    return long.dropna(subset="gain").sort_values(["pair", "seed"], ignore_index=True)


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
        ["not run", "never both trained", "one seed", "identical", "no practical difference", "better", "worse"],
        default="not told apart",
    )
