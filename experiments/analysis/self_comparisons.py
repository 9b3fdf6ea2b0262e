"""A cell compared with itself, many times: how often the method finds what is not there, and what was planted."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.declared import Declared
from experiments.analysis.intervals import intervals
from experiments.analysis.pairs import compare
from experiments.analysis.scores import score_matrix

BAND = 0.99  # how often a count lies within its band, where all is as it should be
KNOWN = ("interval", "identical", "constant")
DRAWN = 10_000
COLUMNS = ["comparison", "n", "mean", "sd", "low", "high", "kind", "delta", "power", "sides", "sides_apart"]


def self_comparisons(trials: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """The comparisons of a study whose one factor is the salt: 1 with 2, 3 with 4, and so on, each by `compare`.

    They are about this data, which both sides share; so no overlap of seeds is allowed for.

    Returns one row per comparison:
    - `comparison` (from 1), `n, mean, sd, low, high, kind, delta`, at 95 % each;
    - `power`: how often Δ is found, if the two sides are alike and seeds are independent: of comparisons put together
      anew, on every seed the difference of any of the pairs there, with either sign. So it takes no law for granted,
      and follows tails, ties and seeds that spread more than others;
    - `sides`: how many sides have an interval of their own, 0 to 2, each held against the mean of all other salts on
      the same seeds; `sides_apart`: how many of these leave out 0. What is skewed in both sides cancels in their
      difference; here it does not.
    """
    cells = trials.drop_duplicates("cell").assign(salt=lambda table: table["salt"].astype(int))
    by_salt = cells.set_index("salt")["cell"]
    first = [salt for salt in sorted(by_salt.index) if salt % 2 and salt + 1 in by_salt.index]
    sides = [(by_salt[salt], by_salt[salt + 1]) for salt in first]
    pairs = pd.DataFrame(sides, columns=["cell", "reference_cell"], dtype=object)
    compared = compare(trials, pairs, replace(study, overlap=0.0), 1)
    scores = study.sign * score_matrix(trials, study.validation)
    own, others = (scores.reindex(pairs[side]).to_numpy(float) for side in ("cell", "reference_cell"))
    apart = [_stands_apart(scores, pairs[side]) for side in ("cell", "reference_cell")]
    return compared.assign(
        comparison=[(salt + 1) // 2 for salt in first],
        power=_power(own - others, compared["delta"].mean(), np.nanmax(np.abs(scores), initial=0.0)),
        sides=sum(side.notna().astype(int) for side in apart),
        sides_apart=sum(side.eq(True).astype(int) for side in apart),
    )[COLUMNS]


def _power(differences: np.ndarray, delta: float, size: float) -> float:
    """How often Δ is found among pairs put together anew. differences: `[comparisons, seeds]`; size: of scores."""
    count, seeds = differences.shape
    if not count or np.isnan(delta):
        return np.nan
    generator = np.random.default_rng(0)
    drawn = differences[generator.integers(count, size=(DRAWN, seeds)), np.arange(seeds)]
    drawn *= generator.choice([-1.0, 1.0], size=drawn.shape)
    table = intervals(pd.DataFrame(drawn), 1, np.full(DRAWN, size))
    known = table[table["kind"].isin(KNOWN)]
    return float((known["low"] + delta > 0).mean()) if len(known) else np.nan


def _stands_apart(scores: pd.DataFrame, cells: pd.Series) -> pd.Series:
    """Whether each cell's interval against the mean of all other cells leaves out 0; None where there is none."""
    own = scores.reindex(cells)
    known = scores.notna().sum()
    rest = (scores.fillna(0).sum() - own) / (known - 1).where(known > 1)
    table = intervals(own - rest, 1, own.abs().max(axis=1).fillna(0).to_numpy())
    apart = (table["low"] > 0) | (table["high"] < 0)
    known_rows = table["kind"].isin(KNOWN).to_numpy()
    return pd.Series([bool(out) if known else None for out, known in zip(apart, known_rows, strict=True)], dtype=object)


def calibration(comparisons: pd.DataFrame) -> pd.Series:
    """What the self-comparisons came to, beside what was expected.

    comparisons: of `self_comparisons`; those without an interval are left out, but for identical ones, in which nothing
    is found. Tables from before have no `power` and no sides: then Δ is to be found as often as with the signs of all
    differences turned round, and nothing is said of sides.

    Returns `comparisons, seeds` (the median), and of three counts `<count>, <count>_of` (how many there are),
    `<count>_low, _high` (the band in which it lies where all is as it should be):
    - `rejected`: intervals that leave out 0, at 5 % each; fewer than expected are no fault;
    - `apart`: the same of single sides against all others, NaN of none;
    - `found`: intervals that leave out 0 on the right side once Δ, `delta`, is added to one side; expected is `power`.

    Together the three lie in their bands with 98 % probability.

    >>> table = pd.DataFrame({"n": 9, "mean": [0.0, 1.0], "sd": 1.0, "low": [-0.8, 0.2], "high": [0.8, 1.8],
    ...                       "kind": "interval", "delta": 1.0, "power": 0.9, "sides": 2, "sides_apart": 0})
    >>> calibration(table)[["comparisons", "rejected", "found"]].tolist()
    [2.0, 1.0, 2.0]
    """
    known = comparisons[comparisons["kind"].isin(KNOWN)]
    count = len(known)
    if not count:
        return pd.Series({"comparisons": 0.0})
    delta, one_sided = known["delta"], (1 - BAND) / 2
    if "power" in known:
        power = float(known["power"].mean())
        sides, apart = int(known["sides"].sum()), float(known["sides_apart"].sum())
    else:
        power = float(np.mean([(known["low"] + delta > 0).mean(), (delta - known["high"] > 0).mean()]))
        sides, apart = 0, np.nan
    counts = {
        "rejected": (float((known["low"].gt(0) | known["high"].lt(0)).sum()), count),
        "apart": (apart if sides else np.nan, sides),
        "found": (float((known["low"] + delta).gt(0).sum()), count),
    }
    bands = {
        "rejected": (0.0, stats.binom.ppf(1 - one_sided, count, 0.05)),
        "apart": (0.0, stats.binom.ppf(1 - one_sided, sides, 0.05) if sides else 0.0),
        "found": tuple(stats.binom.ppf(share, count, power) for share in (one_sided, 1 - one_sided)),
    }
    found = {"comparisons": float(count), "seeds": float(known["n"].median()), "delta": float(delta.mean())}
    for name, (many, of) in counts.items():
        low, high = map(float, bands[name])
        found |= {name: many, f"{name}_of": float(of), f"{name}_low": low, f"{name}_high": high}
    return pd.Series(found | {"power": power})


def out_of_band(found: pd.Series) -> list[str]:
    """Which counts of `calibration` lie outside their bands: of `rejected`, `apart`, `found`."""
    names = ("rejected", "apart", "found")
    return [name for name in names if found[name] < found[f"{name}_low"] or found[name] > found[f"{name}_high"]]
