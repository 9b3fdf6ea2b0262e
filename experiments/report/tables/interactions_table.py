"""The table of interactions: by how much a gain differs between two levels of another factor."""

from experiments.analysis.rows import rows_of
from experiments.report.page_findings import PageFindings
from experiments.report.tables.table import Table, Value, table, value
from experiments.report.tables.tables import confidence, interval, unit_of
from experiments.study.words import name, short

MOST = 60
OUTCOMES = {"differs": "depends on it", "no practical difference": "no practical difference"}


def interactions_table(findings: PageFindings) -> Table | None:
    """Every contrast with a score, the clearest first; None where none was asked for."""
    interactions = findings.interactions[findings.interactions["n"] > 0].sort_values("p", kind="stable")
    if interactions.empty:
        return None
    scale = findings.scale
    rows: list[list[Value]] = []
    for row in rows_of(interactions.head(MOST)):
        rows.append(
            [
                value(f"{short(row.level)} over {short(row.reference)}"),
                value(name(row.factor)),
                value(f"{short(row.at)} rather than {short(row.other_reference)}"),
                value(name(row.other)),
                value(scale.signed(row.mean), row.mean),
                value(interval(row, scale), row.low),
                value(confidence(row.alpha), row.alpha),
                value(OUTCOMES.get(row.outcome, row.outcome)),
            ]
        )
    by = f"Changes by{unit_of(scale)[1]}"
    heads = ["The gain of", "Factor", "With", "Other factor", by, "Interval", "At level", "Outcome"]
    cut = f", the clearest {MOST} of {len(interactions)}" if len(interactions) > MOST else ""
    note = (
        "How much more a level gains over the baseline’s where another factor has the level named than where it has "
        "the baseline’s, seed by seed; factors besides are at the baseline."
    )
    return table("interactions-table", f"Interactions, by {scale.label}{cut}", heads, rows, note=note)
