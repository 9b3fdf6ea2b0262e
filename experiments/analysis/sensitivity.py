"""The same comparisons by other tests: whether the one method that decides stands alone."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.intervals import ALPHA

COLUMNS = ["t", "wilcoxon", "sign_flip", "bootstrap_low", "bootstrap_high"]
EXACT = 14  # seeds up to which all sign flips are tried
DRAWS = 10_000


def sensitivity_table(
    gains: pd.DataFrame, samples: Mapping[object, tuple[np.ndarray, ...]] | None = None
) -> pd.DataFrame:
    """For every pair `t, wilcoxon, sign_flip`, p values that are not corrected, and a bootstrap's 95 % interval.

    gains: `pair, seed, gain`, of `seed_gains`. t: paired t test. wilcoxon: signed-rank test. sign_flip: the share of
    sign flips whose mean is at least as far from 0, of all of them up to 14 seeds, else of 10 000. bootstrap: bias
    corrected and accelerated, of the mean. NaN for fewer than two seeds, or where all gains are the same.

    samples: of pairs whose sides share no seeds the scores of each side, of `side_scores`; for these t is Welch's test,
    wilcoxon the rank-sum test of Mann and Whitney, and sign_flip deals the scores to the sides anew instead.

    They are there for comparison: intervals and outcomes come from t alone (`intervals`).
    """
    rows = {pair: _row(np.sort(own["gain"].to_numpy(float))) for pair, own in gains.groupby("pair")}
    rows |= {pair: _independent(*map(np.sort, sides)) for pair, sides in (samples or {}).items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS)


def _row(gains: np.ndarray) -> list[float]:
    if len(gains) < 2 or np.ptp(gains) == 0:
        return [np.nan] * len(COLUMNS)
    low, high = stats.bootstrap(
        (gains,), np.mean, confidence_level=1 - ALPHA, n_resamples=2000, method="BCa", rng=np.random.default_rng(0)
    ).confidence_interval
    return [
        float(stats.ttest_1samp(gains, 0.0).pvalue),
        float(stats.wilcoxon(gains).pvalue) if (gains != 0).any() else 1.0,
        sign_flips(gains),
        float(low),
        float(high),
    ]


def _independent(own: np.ndarray, reference: np.ndarray) -> list[float]:
    if min(len(own), len(reference)) < 2 or np.ptp(own) == 0 == np.ptp(reference):
        return [np.nan] * len(COLUMNS)
    low, high = stats.bootstrap(
        (own, reference), _difference, confidence_level=1 - ALPHA, n_resamples=2000, rng=np.random.default_rng(0)
    ).confidence_interval
    permuted = stats.permutation_test((own, reference), _difference, n_resamples=DRAWS, rng=np.random.default_rng(0))
    return [
        stats.ttest_ind(own, reference, equal_var=False).pvalue,
        stats.mannwhitneyu(own, reference).pvalue,
        permuted.pvalue,
        float(low),
        float(high),
    ]


def _difference(own: np.ndarray, reference: np.ndarray, axis: int = -1) -> np.ndarray:
    return own.mean(axis=axis) - reference.mean(axis=axis)


def sign_flips(gains: np.ndarray, wide: float = 1.0) -> float:
    """The two-sided p of sign flips. wide: how much wider than they are the flips count."""
    signs, own = _signs(len(gains))
    far = wide * np.abs(signs @ gains) >= np.abs(gains.sum()) * (1 - 1e-12)
    return float((far.sum() + own) / (len(signs) + own))


@lru_cache(maxsize=8)
def _signs(count: int) -> tuple[np.ndarray, int]:
    """All signs of so many gains, or a draw of them; and how many flips are to be counted besides."""
    if count <= EXACT:
        return 1.0 - 2 * ((np.arange(2**count)[:, None] >> np.arange(count)) & 1), 0
    return np.random.default_rng(0).choice([-1.0, 1.0], (DRAWS, count)), 1  # what was seen is one of the flips
