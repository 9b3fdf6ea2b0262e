"""Whether the headline hangs on how the comparison was looked at: a line for the answer, and a table of all ways."""

import math

import pandas as pd

from experiments.analysis.multiverse import CHOICES, T, find_turns
from experiments.analysis.rows import rows_of
from experiments.report.page_findings import PageFindings
from experiments.report.tables.table import Table, table, value
from experiments.report.tables.tables import OUTCOMES, p_value
from experiments.study.words import join_words

_DIFFER = {
    "rate": "the learning rates",
    "failures": "how failures count",
    "score": "which score is read",
    "test": "the test",
}
_HEADS = {"rate": "Learning rates", "failures": "Failures", "score": "Score", "test": "Test"}
MOST_NAMED = 4


def multiverse_line(findings: PageFindings) -> tuple[str, ...]:
    """`The verdict holds in 21 of 24 analyses …`, and what turns it; nothing where there is one way to look at it."""
    analyses = findings.multiverse
    if len(analyses) < 2:
        return ()
    held, choices = int(analyses["holds"].sum()), [name for name in CHOICES if analyses[name].nunique() > 1]
    many = f"all {len(analyses)}" if held == len(analyses) else f"{held} of {len(analyses)}"
    where = "The verdict" if findings.fresh is None else "On the study’s own seeds the verdict"
    said = f"{where} holds in {many} analyses that differ in {join_words([_DIFFER[choice] for choice in choices])}"
    return (f"{said}{_describe_turns(analyses)}.",)


def _describe_turns(analyses: pd.DataFrame) -> str:
    if analyses["holds"].all():
        return ""
    turned = find_turns(analyses)
    if turned.empty:
        other = analyses[~analyses["holds"]].iloc[0]
        apart = [other[name] for name in CHOICES if other[name] != analyses[name].iloc[0]]
        return f"; no single choice turns it, but some together do: {join_words(apart)} ({other['outcome']})"
    names = [f"{getattr(row, row.choice)} ({row.outcome})" for row in rows_of(turned)]
    return f"; what turns it: {join_words(names, most=MOST_NAMED)}"


def multiverse_table(findings: PageFindings) -> Table | None:
    """All ways of looking at the headline's comparison, the headline's own first; None where there is one."""
    analyses, scale = findings.multiverse, findings.scale
    if len(analyses) < 2:
        return None
    choices = [name for name in CHOICES if analyses[name].nunique() > 1]
    rows = []
    for row in rows_of(analyses):
        by_t, (text, role) = row.test == T, OUTCOMES[row.outcome]
        shown = scale.span(row.low, row.high) if by_t and math.isfinite(row.low) else "–"
        rows.append(
            [
                *(value(getattr(row, name)) for name in choices),
                value(row.n, int(row.n)),
                value(scale.signed(row.mean), row.mean),
                value(shown, row.low),
                value("–" if by_t else p_value(row.p), row.p),
                value(text, None, role),
                value("yes" if row.holds else "no", None, "" if row.holds else "bad"),
            ]
        )
    unit = " (points)" if scale.factor > 1 else ""
    heads = [*(_HEADS[name] for name in choices), "Seeds", f"Gain{unit}", "Interval", "p", "Outcome", "Holds"]
    caption = f"The headline’s comparison in {len(analyses)} analyses"
    note = "The first row is the headline’s own. All are at the level at which that is judged."
    return table("multiverse-table", caption, heads, rows, note=note)
