"""Whether a comparison at tuned rates comes out the same one step of the rate lower, and one higher."""

import pandas as pd

from experiments.analysis.arms import arm
from experiments.analysis.declared import Declared
from experiments.analysis.families import families
from experiments.analysis.pairs import compare
from experiments.analysis.rows import NamedRow, rows_of
from experiments.study.columns import RATE

STEPS = {"lower": -1, "higher": 1}


def neighbouring_rates(trials: pd.DataFrame, cells: pd.DataFrame, study: Declared, table: pd.DataFrame) -> pd.DataFrame:
    """The same comparisons with both sides moved to the next rate tried: `<step>_mean, _low, _high, _outcome`.

    table: of `effects`. The index and order are its own; rates themselves are left out, and all where none are tuned.
    A step is NaN, its outcome `no such rate`, where either side was at that end already.
    """
    table = table[table["factor"] != RATE] if study.tuned else table.head(0)
    rates = study.rates if study.tuned else []
    neighbours = table[["factor", "level", "reference", "condition"]]
    for name, step in STEPS.items():
        moved = [
            (
                _move(cells, study, row, row.level, row.rate, rates, step),
                _move(cells, study, row, row.reference, row.reference_rate, rates, step),
            )
            for row in rows_of(table)
        ]
        sides = [pair if None not in pair else (None, None) for pair in moved]
        pairs = pd.DataFrame(sides, index=table.index, columns=["cell", "reference_cell"], dtype=object)
        compared = compare(trials, pairs, study, len(table), share=families(study).get("levels", 1.0))
        outcome = compared["outcome"].mask(pairs["cell"].isna(), "no such rate")
        neighbours = neighbours.assign(
            **{f"{name}_{column}": compared[column] for column in ("mean", "low", "high")},
            **{f"{name}_outcome": outcome},
        )
    return neighbours


def _move(
    cells: pd.DataFrame, study: Declared, row: NamedRow, level: str, rate: str | None, rates: list[str], step: int
) -> str | None:
    """The cell of a level one step from its tuned rate, or None where there is none."""
    place = rates.index(rate) + step if rate in rates else -1
    if not 0 <= place < len(rates):
        return None
    return arm(cells, study, row.condition | {row.factor: level, RATE: rates[place]})
