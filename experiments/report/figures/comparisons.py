"""Comparisons as rows under headings, one heading per factor: their table, and their places on the vertical axis."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from experiments.analysis.rows import rows_of
from experiments.report.figures.style import LIGHT
from experiments.report.page_findings import PageFindings
from experiments.report.text.sentences import with_condition
from experiments.study.columns import RATE
from experiments.study.words import name, short, swap

Headings = list[tuple[float, str]]


def place_under_headings(factors: Sequence[str], headings: Sequence[str]) -> tuple[list[float], Headings]:
    """A place for each row, top to bottom, and one with a text before the first row of each factor.

    >>> place_under_headings(["a", "a", "b"], ["A", "A", "B"])
    ([1.0, 2.0, 4.0], [(0.0, 'A'), (3.0, 'B')])
    """
    places: list[float] = []
    spans: Headings = []
    place, seen = 0.0, None
    for factor, heading in zip(factors, headings, strict=True):
        if factor != seen:
            spans.append((place, heading))
            place, seen = place + 1, factor
        places.append(place)
        place += 1
    return places, spans


def draw_headed(axis: Axes, rows: pd.DataFrame, headings: Headings) -> None:
    """Names the rows and writes the headings, at the left edge. rows: `place, tick`."""
    for place, text in headings:
        axis.annotate(
            text, (0, place), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points",
            va="center", fontweight="bold", fontsize=9.5, zorder=5,
            bbox={"facecolor": LIGHT["surface"], "edgecolor": "none", "pad": 1.5},  # no line of the axis through it
        )  # fmt: skip
    axis.set_yticks(rows["place"].tolist(), rows["tick"].tolist())
    axis.set_ylim(rows["place"].max() + 0.6, -0.6)
    axis.grid(axis="y", visible=False)
    axis.tick_params(axis="y", length=0)


def comparisons_to_draw(findings: PageFindings, table: pd.DataFrame) -> pd.DataFrame:
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
    places, headings = place_under_headings(heads, heads)
    return rows.assign(place=places), headings
