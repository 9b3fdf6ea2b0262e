"""The table of interactions."""

from experiments.report.page_findings import PageFindings
from experiments.report.tables.interactions_table import interactions_table
from tests.experiments.report.found import found_in


def of(results, name: str) -> PageFindings:
    return found_in(results / name)


def column(table, head: str) -> list[str]:
    place = [name for name, _ in table.heads].index(head)
    return [row[place].text for row in table.rows]


def test_interactions_stand_with_their_intervals(results) -> None:
    findings = of(results, "turning")
    table, row = interactions_table(findings), findings.interactions.iloc[0]
    assert column(table, "The gain of") == ["tanh over relu"]
    assert column(table, "With") == ["huber rather than cross_entropy"]
    assert column(table, "Outcome") == ["depends on it"]
    assert column(table, "Interval") == [findings.scale.span(row["low"], row["high"])]
    assert interactions_table(of(results, "one-factor")) is interactions_table(of(results, "all-diverged")) is None
