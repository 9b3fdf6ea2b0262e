"""What matters: the share of each factor in a grid or among draws, and two factors together."""

from experiments.report.figures.crossing import crossing_figure, interactions_text
from experiments.report.figures.heat_map import heat_map
from experiments.report.figures.importance import importance_figure, importance_text
from experiments.report.figures.variance import variance_figure, variance_text
from experiments.report.page_findings import PageFindings
from experiments.report.sections.section import Section, section
from experiments.report.tables.interactions_table import interactions_table
from experiments.report.tables.shares import shares_table


def variance_section(findings: PageFindings) -> Section | None:
    """What the variance between the configurations of a grid is due to."""
    figure = variance_figure(findings)
    tables = [shares_table(findings) if figure else None]
    return section("variance", "What matters", [figure], tables, variance_text(findings))


def importance_section(findings: PageFindings) -> Section | None:
    """What the differences between draws are due to."""
    tables = [shares_table(findings) if findings.study.design == "random" else None]
    return section("importance", "What matters", [importance_figure(findings)], tables, importance_text(findings))


def pairs_section(findings: PageFindings) -> Section | None:
    """Two factors together: where the gain of a level depends on another factor."""
    if findings.best is None:
        return None
    figures = crossing_figure(findings), heat_map(findings)
    text = interactions_text(findings)
    return section("pairs", "Two factors together", figures, [interactions_table(findings)], text)
