"""What a comparison means for one who trains once: how often a side wins, and how likely it is better or alike."""

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.failures import wilson
from experiments.analysis.intervals import ALPHA, effective

MEANINGFUL = 0.75  # the share of wins from which Bouthillier and others call a difference meaningful
_POSTERIOR = ("mean", "error", "degrees", "delta")
COLUMNS = ["wins_share", "wins_low", "wins_high", "better", "alike", "worse"]


def chances(
    table: pd.DataFrame, gains: pd.DataFrame, samples: dict[object, tuple[np.ndarray, ...]], overlap: float = 0.0
) -> pd.DataFrame:
    """For every comparison how often its level wins, and how probable it is that it is better, alike or worse.

    table: of `compare`, with `mean, delta, error, degrees`. gains: `pair, seed, gain`, of `seed_gains`. samples: of
    pairs that share no seeds, of `side_scores`. overlap: of `Declared`. Returns on the index of `table`
    - `wins_share`: P(A > B) + P(A = B) / 2 of one run of each side, with the 95 % interval `wins_low, wins_high`:
      Wilson's over seeds, and of two sides that share no seeds that of Brunner and Munzel on the logit scale;
    - `better, alike, worse`: the probabilities that the true mean gain lies above Δ, within ±Δ and below −Δ, from
      Student's t around the mean with its standard error (the correlated t of Corani and Benavoli, where one data set
      was split again and again).
    NaN where there is no interval, or one side collapses now and then, which this t knows nothing of.

    Sources: X. Bouthillier and others, Accounting for variance in machine learning benchmarks (2021), for P(A > B) and
    0.75; E. Brunner and U. Munzel (2000); G. Corani and A. Benavoli, A Bayesian approach for comparing cross-validated
    algorithms on multiple data sets (2015).
    """
    probabilities = pd.DataFrame(np.nan, index=table.index, columns=COLUMNS)
    for pair, own in gains.groupby("pair"):
        wins = wins_of_pairs(own["gain"].to_numpy(float), overlap)
        probabilities.loc[[pair], COLUMNS[:3]] = [wins]
    for pair, (own, reference) in samples.items():
        probabilities.loc[pd.Index([pair]), COLUMNS[:3]] = [wins_of_samples(own, reference)]
    known = table["kind"].eq("interval") & table["tail"].ne("collapse")
    probabilities.loc[known, COLUMNS[3:]] = posterior(*(table.loc[known, name].to_numpy(float) for name in _POSTERIOR))
    probabilities.loc[~known, COLUMNS[:3]] = np.nan
    return probabilities


def wins_of_pairs(gains: np.ndarray, overlap: float = 0.0) -> tuple[float, float, float]:
    """The share of seeds won, ties half, with Wilson's 95 % interval; wider where seeds overlap.

    >>> [round(end, 2) for end in wins_of_pairs(np.array([1.0, 2.0, 0.5, -1.0]))]
    [0.75, 0.3, 0.95]
    """
    share = float((gains > 0).mean() + 0.5 * (gains == 0).mean())
    count = effective(len(gains), overlap) if overlap else len(gains)
    return share, *wilson(float(share * count), float(count))


def wins_of_samples(own: np.ndarray, reference: np.ndarray) -> tuple[float, float, float]:
    """How often a score of the one sample beats one of the other, ties half, with a 95 % interval.

    NaN ends for fewer than two scores on a side; where all of one sample are above the other, the far end alone.

    >>> [round(end, 2) for end in wins_of_samples(np.array([3.0, 4, 5, 1]), np.array([1.0, 2, 0, 4]))]
    [0.75, 0.2, 0.97]
    """
    sizes = len(own), len(reference)
    ranks = stats.rankdata(np.concatenate([own, reference]))
    share = float((ranks[: sizes[0]].sum() - sizes[0] * (sizes[0] + 1) / 2) / (sizes[0] * sizes[1]))
    if min(sizes) < 2:
        return share, np.nan, np.nan
    if share in (0.0, 1.0):  # no spread of ranks: Clopper and Pearson's bound for the smaller sample
        bound = float((ALPHA / 2) ** (1 / min(sizes)))
        return (share, bound, 1.0) if share else (share, 0.0, 1 - bound)
    within = stats.rankdata(own), stats.rankdata(reference)
    places = ranks[: sizes[0]] - within[0], ranks[sizes[0] :] - within[1]
    parts = np.array(
        [place.var(ddof=1) / (size * other**2) for place, size, other in zip(places, sizes, sizes[::-1], strict=True)]
    )
    error = float(np.sqrt(parts.sum()))
    degrees = parts.sum() ** 2 / (parts**2 / (np.array(sizes) - 1)).sum()
    half = float(stats.t.ppf(1 - ALPHA / 2, degrees)) * error / (share * (1 - share))
    odds = np.log(share / (1 - share))
    return share, float(1 / (1 + np.exp(-(odds - half)))), float(1 / (1 + np.exp(-(odds + half))))


def posterior(mean: np.ndarray, error: np.ndarray, degrees: np.ndarray, delta: np.ndarray) -> np.ndarray:
    """The probabilities that a gain is above Δ, within ±Δ, and below −Δ: `[comparisons, 3]`.

    >>> posterior(np.array([1.0]), np.array([0.5]), np.array([9.0]), np.array([0.5])).round(3).tolist()
    [[0.828, 0.164, 0.007]]
    """
    better = stats.t.sf((delta - mean) / error, degrees)
    worse = stats.t.cdf((-delta - mean) / error, degrees)
    return np.stack([better, 1 - better - worse, worse], axis=1)
