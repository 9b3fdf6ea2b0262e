"""The comparisons one step of the learning rate lower, and one higher."""

import pandas as pd

from experiments.analysis.neighbouring_rates import STEPS
from experiments.analysis.rows import row_at
from experiments.report.page_findings import PageFindings
from experiments.report.tables.table import Table, Value, level_fields, level_heads, table, value
from experiments.study.words import short


def neighbours_table(findings: PageFindings) -> Table | None:
    """One row per comparison; None where no rates were tuned."""
    found = findings.neighbours
    if found.empty:
        return None
    rows = []
    for at, row in found.iterrows():
        tuned = row_at(findings.effects, at)
        rows.append(
            [
                *level_fields(row),
                value(short(row["reference"])),
                value(f"{tuned['rate']} and {tuned['reference_rate']}"),
                _gain(findings, tuned, ""),
                *(_gain(findings, row, f"{step}_") for step in STEPS),
            ]
        )
    heads = [*level_heads(findings.study.conditions), "Against"]
    heads += ["Best rates", "Gain there", "One rate lower", "One rate higher"]
    caption = (
        f"Gain in {findings.scale.label} where both sides, each from its own best rate, take the next lower or higher "
        "one tried: a verdict that turns here hangs on how finely rates were tuned"
    )
    return table("neighbours-table", caption, heads, rows)


def _gain(findings: PageFindings, row: pd.Series, prefix: str) -> Value:
    outcome, mean = row[f"{prefix}outcome"], row[f"{prefix}mean"]
    if mean != mean:  # noqa: PLR0124 (not a number)
        return value(outcome, float("nan"))
    return value(f"{findings.scale.signed(mean)}, {outcome}", mean)
