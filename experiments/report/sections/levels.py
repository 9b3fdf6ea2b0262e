"""What each level does against its reference, on the study's own seeds and on fresh ones."""

from experiments.report.figures.effects import effects_figure
from experiments.report.figures.fresh import fresh_figure
from experiments.report.page_findings import PageFindings
from experiments.report.sections.section import Section, section
from experiments.report.tables.chances_table import chances_table, chances_text
from experiments.report.tables.tables import effects_table
from experiments.report.text.fresh import fresh_table, fresh_text
from experiments.report.text.tails import unseen


def levels_section(findings: PageFindings) -> Section | None:
    """The comparisons that the design declares."""
    if findings.best is None:
        return None
    tables = effects_table(findings), chances_table(findings)
    text = " ".join(filter(None, (chances_text(findings), unseen(findings))))
    return section("levels", "What each level does", [effects_figure(findings)], tables, text)


def fresh_section(findings: PageFindings) -> Section | None:
    """The same comparisons on seeds that chose nothing."""
    text = fresh_text(findings)
    return section("fresh", "On fresh seeds", [fresh_figure(findings)], [fresh_table(findings)], text)
