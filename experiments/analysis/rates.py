"""Score against learning rate, one line per level: where each level trains, and where it diverges."""

import math

import pandas as pd

from experiments.analysis.arms import arm
from experiments.analysis.declared import Declared
from experiments.analysis.rows import rows_of
from experiments.study.columns import RATE


def rate_table(cells: pd.DataFrame, study: Declared, factor: str | None) -> pd.DataFrame:
    """`level, learning_rate` (number), `mean, n, diverged, runs, chosen`, other factors at the baseline.

    mean: failures at their cost, NaN where no seed trained. cells: of `cell_table`. factor: its levels are the lines;
    None for one line, `all`. chosen marks the rate at which a level ranks best. Empty where the rate was not varied by
    listed levels, all of them numbers above 0.
    """
    columns = ["level", RATE, "mean", "n", "diverged", "runs", "chosen"]
    if not study.rates:
        return pd.DataFrame(columns=columns)
    rows = []
    for level in study.factors[factor] if factor else ("all",):
        levels = {factor: level} if factor else {}
        chosen = arm(cells, study, levels)
        for rate in study.rates:
            found = cells[cells["cell"] == arm(cells, study, levels | {RATE: rate})]
            rows += [
                (level, float(rate), cell.validation_mean if cell.ok else math.nan, cell.n, cell.diverged,
                 cell.ok + cell.diverged, cell.cell == chosen and cell.ok > 0)
                for cell in rows_of(found)
            ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
