"""The sections of a study's page in the order in which they are read."""

from collections.abc import Sequence

from experiments.report.page_findings import PageFindings
from experiments.report.sections.details import condition_sections, detail_sections
from experiments.report.sections.doubts import divergence_section, failed_section, tests_section, trust_section
from experiments.report.sections.factors import importance_section, pairs_section, variance_section
from experiments.report.sections.levels import fresh_section, levels_section
from experiments.report.sections.search import budget_section, draws_section
from experiments.report.sections.section import Section
from experiments.report.sections.use import code_section, use_section
from experiments.results.searches import Search


def sections(findings: PageFindings, searches: Sequence[Search], *, profiles: bool = False) -> list[Section]:
    """The sections that have something to show. searches: of the same space. profiles: show performance profiles too.

    Where a study has conditions, the details stand under each of them instead of once.
    """
    conditions = bool(findings.study.conditions)
    candidates = [
        use_section(findings),
        code_section(findings),
        levels_section(findings),
        fresh_section(findings),
        *([] if conditions else [variance_section(findings)]),
        pairs_section(findings),
        budget_section(findings, searches),
        importance_section(findings),
        draws_section(findings),
        *condition_sections([part for part in findings.parts if part.study.held], profiles=profiles),
        *([] if conditions else detail_sections(findings, profiles=profiles)),
        divergence_section(findings),
        tests_section(findings),
        trust_section(findings),
        failed_section(findings),
    ]
    return [section for section in candidates if section is not None]
