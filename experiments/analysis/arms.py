"""The cell that stands for some levels: other factors at the baseline, the learning rate its own best."""

import pandas as pd

from experiments.analysis.declared import RATE, Declared


def arm(cells: pd.DataFrame, study: Declared, levels: dict[str, str]) -> str | None:
    """The best-ranked cell with these levels, all other factors at the baseline but a free learning rate.

    cells: of `cell_table`. Cells without a score come last; None where no such cell ran. A learning rate
    given in `levels` is kept to, and so is the baseline's where rates are not all numbers.
    """
    fixed = study.baseline | levels
    for name in study.varied:
        if name == RATE and study.rates and RATE not in levels:
            continue
        cells = cells[cells[name] == fixed[name]]
    return None if cells.empty else str(cells.sort_values("rank")["cell"].iloc[0])


def exact(cells: pd.DataFrame, study: Declared, levels: dict[str, str]) -> str | None:
    """The cell with these levels and all other factors, the learning rate too, at the baseline; else None."""
    fixed = study.baseline | levels
    for name in study.varied:
        cells = cells[cells[name] == fixed[name]]
    return None if cells.empty else str(cells["cell"].iloc[0])


def reference_cell(cells: pd.DataFrame, study: Declared) -> str | None:
    """What a design compares with: the baseline, at its own best rate where rates are tuned; None if random."""
    if study.design == "random":
        return None
    return arm(cells, study, {}) if study.tuned else exact(cells, study, {})
