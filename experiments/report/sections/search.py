"""How a search or a random design went, and where its good draws lie."""

from collections.abc import Sequence

from experiments.report.figures.draw_pairs import draw_pairs_figures
from experiments.report.figures.draws import draws_figures
from experiments.report.figures.parallel import parallel_figure
from experiments.report.figures.searches import budget_figure, searches_figure
from experiments.report.page_findings import PageFindings
from experiments.report.sections.section import Section, section
from experiments.report.tables.tables import searches_table
from experiments.results.searches import Search


def budget_section(findings: PageFindings, searches: Sequence[Search]) -> Section | None:
    """How the search went. searches: of the same space, this one among them."""
    figures = budget_figure(findings), searches_figure(findings, searches)
    return section("budget", "How the search went", figures, [searches_table(findings, searches)])


def draws_section(findings: PageFindings) -> Section | None:
    """Where good draws lie: over all factors, over two at once, and over each."""
    figures = parallel_figure(findings), *draw_pairs_figures(findings), *draws_figures(findings)
    return section("draws", "Where good draws lie", figures)
