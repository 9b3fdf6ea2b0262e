"""What to use: the recommended configuration, and the same as Keras code."""

from experiments.report.code.keras_code import keras_code
from experiments.report.figures.ladder import ladder_figure
from experiments.report.figures.reruns import reruns_figure
from experiments.report.page_findings import PageFindings
from experiments.report.sections.section import Section, section
from experiments.report.tables.tables import chosen_table
from experiments.report.text.choice import code_text, shown_cell, use_text

MOST_CODES = 4  # conditions under each of which something else may be best


def use_section(findings: PageFindings) -> Section | None:
    """What is recommended, how sure it is, and its settings."""
    figures = reruns_figure(findings), ladder_figure(findings) if findings.best is not None else None
    return section("use", "What to use", figures, [chosen_table(findings)], use_text(findings))


def code_section(findings: PageFindings) -> Section | None:
    """The recommended configuration as code; of a study with conditions the best under each, where they are few."""
    parts = findings.parts if len(findings.parts) <= MOST_CODES else []
    code = tuple(filter(None, (keras_code(part, shown_cell(part)) for part in parts if part.best is not None)))
    return section("code", "The same in Keras", text=code_text(findings) if code else "", code=code)
