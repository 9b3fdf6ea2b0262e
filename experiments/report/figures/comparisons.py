"""The declared comparisons as rows of a figure: which are drawn, what they are called, where they stand."""

import pandas as pd

from experiments.analysis.rows import rows_of
from experiments.report.figures.headed import Headings, headed_places
from experiments.report.page_findings import PageFindings
from experiments.report.text.sentences import with_condition
from experiments.study.columns import RATE
from experiments.study.words import name, short, swap


def drawn_comparisons(findings: PageFindings, table: pd.DataFrame) -> pd.DataFrame:
    """Those in which both sides trained; a grid's tuned learning rates only where there is nothing else.

    An absurd rate would squeeze everything beside it. table: of `effects` or `fresh_effects`.
    """
    table = table[table["n"] > 0]
    others = table["factor"] != RATE
    return table[others] if findings.tuned and others.any() else table


def comparison_rows(findings: PageFindings, table: pd.DataFrame) -> tuple[pd.DataFrame, Headings]:
    """`outcome, mean, low, high, tick, place` in the scale's unit, on the table's index; and the headings of factors.

    What a leave-one-out study took away needs no heading, for each row is a factor of its own.
    """
    removed = findings.study.design == "leave-one-out"
    rows = table[["outcome"]].copy()
    rows[["mean", "low", "high"]] = table[["mean", "low", "high"]] * findings.scale.factor
    rows["tick"] = [
        swap(row.factor, row.level, row.reference) if removed else short(row.level) for row in rows_of(table)
    ]
    heads = [
        f"{name(row.factor)}, against {short(row.reference)}{with_condition(row.condition)}" for row in rows_of(table)
    ]
    if removed:
        return rows.assign(place=[float(place) for place in range(len(rows))]), []
    places, headings = headed_places(heads, heads)
    return rows.assign(place=places), headings
