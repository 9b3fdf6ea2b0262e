"""What does best at the smallest or the largest learning rate tried, and which rate to try beyond it."""

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from experiments.analysis.arms import arm, reference_cell
from experiments.analysis.best import best_cell
from experiments.analysis.declared import Declared
from experiments.study.columns import RATE
from experiments.study.study import LEAST_RATES

COLUMNS = ["what", "factor", "level", "rate", "end"]


def find_ends(cells: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """`what, factor, level, rate, end` of what has its best rate at the `smallest` or `largest` tried.

    what: `best`, the cell that ranks first; `reference`, the baseline at its own best rate; or `level`, a level that is
    compared at its own best rate; the best cell is listed once. cells: of `cell_table`. Empty where fewer
    than three rates are listed, or no two cells differ in their score.
    """
    rates = study.rates
    if len(rates) < LEAST_RATES or cells["validation_mean"].nunique() < 2:
        return pd.DataFrame(columns=COLUMNS)
    cells_at_ends = [("best", "", "", best_cell(cells))]
    if study.tuned:
        cells_at_ends.append(("reference", "", "", reference_cell(cells, study)))
        chosen = [factor for factor in study.main if factor not in (RATE, *study.conditions)]
        cells_at_ends += [
            ("level", factor, level, arm(cells, study, {factor: level}))
            for factor in chosen
            for level in study.factors[factor]
            if level != study.baseline[factor]
        ]
    known: dict[str | None, str] = dict(cells[cells["rank"].notna()].set_index("cell")[RATE])
    ends = {rates[0]: "smallest", rates[-1]: "largest"}
    rows = [
        (what, factor, level, known[cell], ends[known[cell]])
        for what, factor, level, cell in cells_at_ends
        if known.get(cell) in ends and (what == "best" or cell != cells_at_ends[0][-1])
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def next_rate(rates: Sequence[float], end: str) -> float:
    """The rate to try next to the `smallest` or `largest`: as in the next decade, or at the same distance.

    rates: three or more, above 0.

    >>> next_rate([1e-4, 3e-4, 1e-3], "smallest"), next_rate([1, 2, 4], "largest")
    (3e-05, 8.0)
    """
    rising = sorted(rates)
    widest = max(above / below for below, above in pairwise(rising))
    if end == "largest":
        edge, step = rising[-1], rising[-1] / rising[-2]
        decade = min(10 * rate for rate in rising if 10 * rate > 1.001 * edge)
    else:
        edge, step = rising[0], rising[0] / rising[1]
        decade = max(rate / 10 for rate in rising if rate / 10 < edge / 1.001)
    near = max(decade / edge, edge / decade) <= 1.001 * widest
    return float(f"{decade if near else edge * step:.3g}")
