"""One row a cell: how many seeds, how well, how evenly, how often it diverged, and its rank."""

import numpy as np
import pandas as pd

from experiments.analysis.declared import Declared
from experiments.analysis.scores import common_seeds
from experiments.row import STATUSES


def cell_table(trials: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """The cells of a study, the best first.

    trials: `cell, seed, status`, the factors as text, `validation_<primary>` and `test_<primary>`.

    Returns
    - `cell`, the factors, `is_baseline`;
    - over all trials: `trials, ok, diverged, failed, share_diverged`;
    - over the ok trials of the seeds that all cells ran: `n`, `validation_mean, _sd, _min, _max` and
      `test_mean, _sd, _min, _max`;
    - `rank`, 1 the best, NaN for a cell without a score.

    A cell ranks by its validation mean. One in which any trial diverged ranks after all in which none did,
    the smaller share first: a mean over the seeds that survived hides the others. On a tie the baseline is
    first, then the cell that the study lists first. The test score ranks nothing.
    """
    factors = list(study.factors)
    first = trials.drop_duplicates("cell").set_index("cell")[factors]
    by_cell = trials["status"].groupby(trials["cell"], sort=False)
    counts = by_cell.value_counts().unstack(fill_value=0).reindex(columns=STATUSES, fill_value=0)
    counts.insert(0, "trials", by_cell.size())
    counts["share_diverged"] = counts["diverged"] / (counts["ok"] + counts["diverged"])
    scored = trials[trials["status"].eq("ok") & trials["seed"].isin(common_seeds(trials))]
    parts = [first, counts, scored.groupby("cell").size().rename("n")]
    for part, column in (("validation", study.validation), ("test", study.test)):
        spread = scored.astype({column: float}).groupby("cell")[column].agg(["mean", "std", "min", "max"])
        parts.append(spread.set_axis([f"{part}_{name}" for name in ("mean", "sd", "min", "max")], axis=1))
    table = pd.concat(parts, axis=1).reindex(first.index)
    table["n"] = table["n"].fillna(0).astype(int)
    same = [table[name].eq(study.baseline[name]) for name in study.varied]
    baseline = False if study.design == "random" else np.logical_and.reduce([table["trials"] > 0, *same])
    table.insert(len(factors), "is_baseline", baseline)
    return _ranked(table, study).reset_index(names="cell")


def _ranked(table: pd.DataFrame, study: Declared) -> pd.DataFrame:
    keys = pd.DataFrame(
        {
            "missing": table["validation_mean"].isna(),
            "share": table["share_diverged"].fillna(1.0),
            # Means that differ by rounding alone are a tie.
            "loss": [-study.sign * float(f"{mean:.9g}") for mean in table["validation_mean"]],
            "other": ~table["is_baseline"],
            "place": np.arange(len(table)),
        },
        index=table.index,
    )
    ordered = table.loc[keys.sort_values(list(keys)).index].copy()
    ordered["rank"] = np.where(ordered["validation_mean"].isna(), np.nan, np.arange(1, len(ordered) + 1))
    return ordered
