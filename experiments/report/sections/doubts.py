"""What went wrong, and whether the findings hold: divergence, other tests, the method itself, errors."""

from experiments.report.figures.divergence import divergence_figure
from experiments.report.figures.multiverse import multiverse_figure
from experiments.report.figures.trust import trust_figure
from experiments.report.page_findings import PageFindings
from experiments.report.sections.section import Section, section
from experiments.report.tables.failures_tables import errors_table, failures_table, nothing_table
from experiments.report.tables.neighbours_table import neighbours_table
from experiments.report.tables.tables import other_tests_table
from experiments.report.text.multiverse import multiverse_table
from experiments.study.words import count


def divergence_section(findings: PageFindings) -> Section | None:
    """Which levels diverge, or learn nothing."""
    ran = findings.counts["ok"] + findings.counts["diverged"]
    text = f"None of {count(ran, 'trial')} diverged." if ran and not findings.counts["diverged"] else ""
    tables = failures_table(findings), nothing_table(findings)
    return section("divergence", "What diverged", [divergence_figure(findings)], tables, text)


def tests_section(findings: PageFindings) -> Section | None:
    """The comparisons under other choices, by other tests, and at neighbouring rates."""
    title = f"The same by other tests{', and at other rates' if findings.tuned else ''}"
    makers = (multiverse_table, other_tests_table, neighbours_table) if findings.best is not None else ()
    return section("tests", title, [multiverse_figure(findings)], [make(findings) for make in makers])


def trust_section(findings: PageFindings) -> Section | None:
    """Comparisons of the baseline with itself."""
    return section("trust", "Whether the method can be trusted", [trust_figure(findings)])


def failed_section(findings: PageFindings) -> Section | None:
    """Trials that ended with an error."""
    return section("failed", "What failed", tables=[errors_table(findings)])
