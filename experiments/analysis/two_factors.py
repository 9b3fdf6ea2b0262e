"""Two factors together: the mean score of every pair of levels."""

import pandas as pd

from experiments.analysis.arms import arm
from experiments.analysis.declared import Declared


def two_factor_table(cells: pd.DataFrame, study: Declared, rows: str, columns: str) -> pd.DataFrame:
    """`row, column, mean, n, diverged, runs, rank` for each pair of levels, in declared order.

    cells: of `cell_table`. Other factors are at the baseline, the learning rate at the pair's own best unless
    it is one of the two. mean: failures at their cost, NaN where no seed trained; runs is 0 where the pair did not run.
    """
    by_id = cells.set_index("cell")[["validation_mean", "n", "ok", "diverged", "rank"]]
    entries = []
    for row in study.factors[rows]:
        for column in study.factors[columns]:
            cell = arm(cells, study, {rows: row, columns: column})
            if cell is None:
                entries.append((row, column, float("nan"), 0, 0, 0, float("nan")))
            else:
                mean, n, ok, diverged, rank = by_id.loc[[cell]].to_numpy(float)[0]
                entries.append(
                    (row, column, mean if ok else float("nan"), int(n), int(diverged), int(ok + diverged), rank)
                )
    return pd.DataFrame(entries, columns=["row", "column", "mean", "n", "diverged", "runs", "rank"])
