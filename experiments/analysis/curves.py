"""Learning curves: the mean over seeds after each epoch, and the middle of the seeds as a band."""

from collections.abc import Sequence

import pandas as pd

BAND = (0.1, 0.9)


def curve_table(history: pd.DataFrame, trials: pd.DataFrame, cells: Sequence[str], column: str) -> pd.DataFrame:
    """`cell, epoch, mean, low, high, n` of the ok trials of some cells; low to high holds 80 % of the seeds.

    history: `trial, epoch` and `column`. Trials that diverged are left out at every epoch, else a curve
    would rise where the worst seeds end.
    """
    ok = trials.loc[trials["status"].eq("ok") & trials["cell"].isin(list(cells)), ["trial", "cell"]]
    merged = history[["trial", "epoch", column]].merge(ok, on="trial").dropna(subset=column)
    groups = merged.groupby(["cell", "epoch"])[column]
    low, high = (groups.quantile(end) for end in BAND)
    table = pd.DataFrame({"mean": groups.mean(), "low": low, "high": high, "n": groups.size()}).reset_index()
    order = {cell: place for place, cell in enumerate(cells)}
    place = table["cell"].map(order).rename("place")
    return table.assign(place=place).sort_values(["place", "epoch"], ignore_index=True).drop(columns="place")
