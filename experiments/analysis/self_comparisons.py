"""A cell compared with itself, many times: how often the method finds what is not there, and what was planted."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.declared import Declared
from experiments.analysis.pairs import compare
from experiments.analysis.power import power

BAND = 0.99  # how often a count lies within its band, where all is as it should be


def self_comparisons(trials: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """The comparisons of a study whose one factor is the salt: 1 with 2, 3 with 4, and so on, each by `compare`.

    They are about this data, which both sides share; so no overlap of seeds is allowed for.

    Returns one row per comparison: `comparison` (from 1), `n, mean, sd, low, high, kind, delta`, at 95 % each.
    """
    cells = trials.drop_duplicates("cell").assign(salt=lambda table: table["salt"].astype(int))
    by_salt = cells.set_index("salt")["cell"]
    first = [salt for salt in sorted(by_salt.index) if salt % 2 and salt + 1 in by_salt.index]
    sides = [(by_salt[salt], by_salt[salt + 1]) for salt in first]
    pairs = pd.DataFrame(sides, columns=["cell", "reference_cell"], dtype=object)
    found = compare(trials, pairs, replace(study, overlap=0.0), 1).assign(
        comparison=[(salt + 1) // 2 for salt in first]
    )
    return found[["comparison", "n", "mean", "sd", "low", "high", "kind", "delta"]]


def calibration(comparisons: pd.DataFrame) -> pd.Series:
    """What the self-comparisons came to, beside what was expected.

    comparisons: of `self_comparisons`; those without an interval are left out, but for identical ones, in which nothing
    is found.

    Returns `comparisons, seeds` (the median), `rejected` (intervals that leave out 0), `rejected_low, _high` (the band
    in which 99 % of such counts lie at 5 % each), `delta`, `found` (intervals that leave out 0 on the right side once
    Δ is added to one side), `power` (predicted from the pooled spread), `found_low, _high` (its band).

    >>> table = pd.DataFrame({"n": 9, "mean": [0.0, 1.0], "sd": 1.0, "low": [-0.8, 0.2], "high": [0.8, 1.8],
    ...                       "kind": "interval", "delta": 1.0})
    >>> calibration(table)[["comparisons", "rejected", "found"]].tolist()
    [2.0, 1.0, 2.0]
    """
    known = comparisons[comparisons["kind"].isin(["interval", "identical", "constant"])]
    count = len(known)
    if not count:
        return pd.Series({"comparisons": 0.0})
    seeds, delta = float(known["n"].median()), float(known["delta"].mean())
    pooled = float(np.sqrt((known["sd"] ** 2).mean()))
    ratio = delta / pooled if pooled else 1e3
    predicted = float(power(np.array([min(ratio, 1e3)]), np.array([seeds]))[0])
    bands = {"rejected": (count, 0.05), "found": (count, predicted)}
    ends = {
        f"{name}_{end}": float(stats.binom.ppf(share, *of))
        for name, of in bands.items()
        for end, share in (("low", (1 - BAND) / 2), ("high", (1 + BAND) / 2))
    }
    return pd.Series(
        {
            "comparisons": float(count),
            "seeds": seeds,
            "rejected": float((known["low"].gt(0) | known["high"].lt(0)).sum()),
            "delta": delta,
            "found": float((known["low"] + delta).gt(0).sum()),
            "power": predicted,
            **ends,
        }
    )


def trusted(found: pd.Series) -> bool:
    """Whether both counts of `calibration` lie in their bands."""
    return all(found[f"{name}_low"] <= found[name] <= found[f"{name}_high"] for name in ("rejected", "found"))
