"""A random design: every draw's score beside the value that was drawn for a factor."""

import numpy as np
import pandas as pd

from experiments.analysis.declared import Declared

BEST_SHARE = 0.1


def draw_table(cells: pd.DataFrame, study: Declared, factor: str) -> pd.DataFrame:
    """`cell, value, mean, diverged, runs, top` a draw; value is a number for a ranged factor, else the level.

    mean: failures at their cost, NaN where no seed trained.

    A range that belongs to a level is there for the draws of that level alone: others have no row.

    top marks the best tenth of the draws with a score (three at least), by rank.
    """
    table = pd.DataFrame(
        {
            "cell": cells["cell"],
            "value": pd.to_numeric(cells[factor], errors="coerce") if factor in study.ranges else cells[factor],
            "mean": cells["validation_mean"].where(cells["ok"] > 0),
            "diverged": cells["diverged"],
            "runs": cells["ok"] + cells["diverged"],
        }
    )
    kept = max(3, int(np.ceil(BEST_SHARE * cells["rank"].notna().sum())))
    table = table.assign(top=(cells["rank"] <= kept).to_numpy())
    return table[table["value"].notna()]
