"""How a search went: the best score so far, cell by cell in the order in which they were proposed."""

import pandas as pd

from experiments.analysis.declared import Declared


def budget_table(cells: pd.DataFrame, study: Declared, trials: pd.DataFrame) -> pd.DataFrame:
    """`place, cell, mean, best, epochs` for every cell that a search proposed, from 1; empty for a study that is none.

    mean: its mean score, failures at their cost, NaN where no seed trained. best: the best mean so far, NaN before
    there is one. epochs: of training that all cells so far took, over all of their seeds.
    """
    by_id = cells.set_index("cell")
    means = by_id["validation_mean"].where(by_id["ok"] > 0)
    known = [cell for cell in study.proposed if cell in means.index]
    table = pd.DataFrame({"place": range(1, len(known) + 1), "cell": known, "mean": means.reindex(known).to_numpy()})
    best = (table["mean"] * study.sign).cummax().ffill() * study.sign
    epochs = trials.groupby("cell")["epochs_run"].sum().reindex(known).fillna(0).cumsum()
    return table.assign(best=best, epochs=epochs.to_numpy())
