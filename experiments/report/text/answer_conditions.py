"""The answer of a grid over conditions, such as the share of outliers: what to choose under each."""

import pandas as pd

from experiments.report.page_findings import PageFindings
from experiments.report.text.sentences import Lead, beats, conditions, describe_gain, gains, with_condition
from experiments.study.columns import RATE
from experiments.study.words import circumstance, join_words, level


def under_conditions(findings: PageFindings) -> Lead:
    """The largest gain of a level over the baseline's under any condition, and what ranks first under each."""
    table = findings.effects[findings.effects["n"] > 0]
    table = table[table["factor"] != RATE] if findings.tuned else table
    table = table.sort_values("mean", ascending=False, kind="stable")
    if table.empty:
        return f"No level has a score that can be compared with the baseline’s. {firsts(findings)}", (), False
    helps, hurts = (table[table["outcome"] == outcome] for outcome in ("better", "worse"))
    hurting = gains(findings, "Shown to be worse", hurts.iloc[::-1])
    if helps.empty:
        row = table.iloc[0]
        best = f"{level(row['factor'], row['level'])}{with_condition(row['condition'])}"
        many = f"None of {len(table)} comparisons shows" if len(table) > 1 else "The one comparison does not show"
        none = f"{many} a level better than the baseline’s"
        text = f"{none}: {best} {describe_gain(findings, row)}, {conditions(findings.study)}."
        return text, (*hurting, firsts(findings)), bool(len(hurts))
    row = helps.iloc[0]
    sides = level(row["factor"], row["level"]), level(row["factor"], row["reference"])
    text = f"{_both_ways(helps, hurts)}{beats(findings, row, *sides)},{with_condition(row['condition'])}."
    also = gains(findings, "Also shown to be better", helps.iloc[1:])
    return text, (*also, *hurting, firsts(findings)), True


def _both_ways(helps: pd.DataFrame, hurts: pd.DataFrame) -> str:
    """A level that helps under one condition and hurts under another depends on the condition."""
    both = {*zip(helps["factor"], helps["level"], strict=True)} & {*zip(hurts["factor"], hurts["level"], strict=True)}
    if not both:
        return ""
    return f"It depends on the {join_words(list(helps['condition'].iloc[0]))}: "


def firsts(findings: PageFindings) -> str:
    """What ranks first under each condition."""
    scored = [part for part in findings.parts if part.best is not None]
    firsts = [f"{part.words(part.best_cell)} with {circumstance(part.study.held)}" for part in scored]
    return f"Ranked first on validation: {join_words(firsts, most=8)}." if firsts else "Nothing has a score."
