"""The table of what the variance is due to, beside its figure."""

import math

from experiments.report.figures.importance import tells
from experiments.report.figures.variance import term
from experiments.report.findings import Findings
from experiments.report.table import Table, table, value
from experiments.report.words import name


def shares_table(findings: Findings) -> Table | None:
    """A grid's shares of the variance, or a random design's where they tell anything; else None."""
    grid, draws = findings.variance, findings.importance
    if len(grid):
        varied = len(findings.study.varied)
        shares = [(term(row.factors, varied), row.share, row.low, row.high) for row in grid.itertuples()]
        shares.sort(key=lambda one: -one[1])
        what, end = "configurations", "95 % interval (%)"
    elif tells(draws):
        shares = [(name(row.factor), row.importance, row.low, row.high) for row in draws.itertuples()]
        what, end = "draws", "Range (%)"
    else:
        return None
    rows = [
        [value(source), value(_percent(share), share), value(_span(low, high), low)]
        for source, share, low, high in shares
    ]
    caption = f"What the variance between {what} is due to"
    return table("shares-table", caption, ["Factor", "Share (%)", end], rows)


def _span(low: float, high: float) -> str:
    return "–" if math.isnan(low) else f"{_percent(low)} to {_percent(high)}"


def _percent(share: float) -> str:
    """A share in per cent, with one digit after the point: small ones are most of a table."""
    text = f"{100 * share:.1f}".replace("-", "−")
    return "0.0" if text == "−0.0" else text
