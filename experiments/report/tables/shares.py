"""The table of what the variance is due to, beside its figure."""

import math

from experiments.analysis.rows import rows_of
from experiments.report.figures.importance import says_anything
from experiments.report.figures.variance import term
from experiments.report.page_findings import PageFindings
from experiments.report.tables.table import Table, Value, table, value
from experiments.report.tables.tables import p_value
from experiments.study.words import name


def shares_table(findings: PageFindings) -> Table | None:
    """A grid's shares of the variance where any is shown, or a random design's where they say anything; else None."""
    grid, draws = findings.variance, findings.importance
    if grid["shown"].any():
        varied = len(findings.study.varied)
        rows = [
            [*_shares(term(row.factors, varied), row.share, row.low, row.high), value(p_value(row.p), row.p)]
            for row in rows_of(grid)
        ]
        return table(
            "shares-table",
            "What the variance between configurations is due to",
            ["Factor", "Share (%)", "95 % interval (%)", "p (F test, all together)"],
            rows,
        )
    if says_anything(draws):
        rows = [_shares(name(row.factor), row.importance, row.low, row.high) for row in rows_of(draws)]
        caption = "What the variance between draws is due to"
        return table("shares-table", caption, ["Factor", "Share (%)", "Range (%)"], rows)
    return None


def _shares(source: str, share: float, low: float, high: float) -> list[Value]:
    return [value(source), value(_percent(share), share), value(_span(low, high), low)]


def _span(low: float, high: float) -> str:
    return "–" if math.isnan(low) else f"{_percent(low)} to {_percent(high)}"


def _percent(share: float) -> str:
    """A share in per cent, with one digit after the point: small ones are most of a table."""
    text = f"{100 * share:.1f}".replace("-", "−")
    return "0.0" if text == "−0.0" else text
