"""The details of a study, or of its part under one condition: training, cost, seeds and the best configurations."""

from collections.abc import Iterator
from dataclasses import replace

from experiments.report.figures.cost import cost_figure
from experiments.report.figures.curves import curves_figure
from experiments.report.figures.layers import layers_figures
from experiments.report.figures.profiles import profiles_figure
from experiments.report.figures.rates import rates_figure
from experiments.report.figures.spread import spread_figure
from experiments.report.page_findings import PageFindings
from experiments.report.sections.factors import variance_section
from experiments.report.sections.section import Section, section
from experiments.report.tables.tables import best_table
from experiments.study.words import circumstance, file_name


def detail_sections(findings: PageFindings, *, profiles: bool) -> Iterator[Section | None]:
    """Learning, layers, cost, seeds, profiles where they are asked for, and the best configurations."""
    if findings.best is not None:
        yield section("learning", "Learning", [rates_figure(findings), curves_figure(findings)])
        yield section("layers", "Inside the networks", layers_figures(findings))
        yield section("cost", "What it costs", [cost_figure(findings)])
        yield section("seeds", "From seed to seed", [spread_figure(findings)])
        if profiles:
            yield section("profiles", "What share of runs reaches a score", [profiles_figure(findings)])
    yield section("best", "The best configurations", tables=[best_table(findings)])


def condition_sections(parts: list[PageFindings], *, profiles: bool) -> list[Section | None]:
    """One section per condition with all its details; conditions that give files of one name are numbered."""
    ends = [file_name(circumstance(part.study.held).lower()) for part in parts]
    same = {end for end in ends if ends.count(end) > 1}
    return [
        _condition_section(part, f"{end}-{place}" if end in same else end, profiles)
        for place, (part, end) in enumerate(zip(parts, ends, strict=True), 1)
    ]


def _condition_section(findings: PageFindings, end: str, profiles: bool) -> Section | None:
    """The details of the part of a study under one condition. end: of their names."""
    details = [*filter(None, (variance_section(findings), *detail_sections(findings, profiles=profiles)))]
    figures = [replace(figure, name=f"{figure.name}-{end}") for detail in details for figure in detail.figures]
    tables = [replace(table, name=f"{table.name}-{end}") for detail in details for table in detail.tables]
    return section(end, f"With {circumstance(findings.study.held)}", figures, tables)
