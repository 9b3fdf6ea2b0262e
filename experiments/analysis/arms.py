"""The cell that stands for some levels: other factors at the baseline, the learning rate its own best."""

import numpy as np
import pandas as pd

from experiments.analysis.declared import Declared
from experiments.study.columns import RATE


def arm(cells: pd.DataFrame, study: Declared, levels: dict[str, str]) -> str | None:
    """The best-ranked cell with these levels, all other factors at the baseline but a free learning rate.

    cells: of `cell_table`. Cells without a score come last; None where no such cell ran. A learning rate
    given in `levels` is kept to, and so is the baseline's where rates are not all numbers.
    """
    fixed = study.baseline | levels
    free = study.rates and RATE not in levels
    there = _with_levels(cells, {name: fixed[name] for name in study.varied if not (free and name == RATE)})
    ranks = cells["rank"].to_numpy(float)[there]
    return None if not len(there) else str(cells["cell"].iloc[there[np.argsort(ranks, kind="stable")[0]]])


def exact(cells: pd.DataFrame, study: Declared, levels: dict[str, str]) -> str | None:
    """The cell with these levels and all other factors, the learning rate too, at the baseline; else None."""
    fixed = study.baseline | levels
    there = _with_levels(cells, {name: fixed[name] for name in study.varied})
    return None if not len(there) else str(cells["cell"].iloc[there[0]])


def _with_levels(cells: pd.DataFrame, levels: dict[str, str]) -> np.ndarray:
    """The places of the cells that have all of these levels."""
    same = [cells[name].to_numpy(object) == level for name, level in levels.items()]
    return np.flatnonzero(np.logical_and.reduce([np.full(len(cells), True), *same]))


def reference_cell(cells: pd.DataFrame, study: Declared) -> str | None:
    """What a design compares with: the baseline, at its own best rate where rates are tuned; None if random."""
    if study.design == "random":
        return None
    return arm(cells, study, {}) if study.tuned else exact(cells, study, {})
