"""What each level gains over its reference: one dot per seed, the mean and its interval."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from experiments.analysis.rows import NamedRow, rows_of
from experiments.report.figures.comparisons import Headings, comparison_rows, comparisons_to_draw, draw_headed
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import LIGHT, outcome_colour
from experiments.report.page_findings import PageFindings
from experiments.report.text.sentences import seeds_of, with_condition
from experiments.study.columns import RATE
from experiments.study.words import join_words, level, name, short, swap

_DECIDED = ("better", "worse", "depends", "no practical difference")


def effects_figure(findings: PageFindings) -> Figure | None:
    """The declared comparisons, or None where none has a seed on which both sides trained.

    A grid's learning rates are left to their own figure: an absurd rate would squeeze everything else.
    """
    table = comparisons_to_draw(findings, findings.effects)
    if table.empty:
        return None
    left_out = findings.effects["factor"].eq(RATE).any() and not table["factor"].eq(RATE).any()
    apart = " Learning rates are in the table and under “Learning”." if left_out else ""
    unit, removed = findings.scale.factor, findings.study.design == "leave-one-out"
    rows, headings = comparison_rows(findings, table)
    seeds = findings.effect_seeds
    dots = seeds[seeds["pair"].isin(table.index)].assign(gain=seeds["gain"] * unit)
    delta = table["delta"].max() * unit
    dots["place"] = dots["pair"].map(rows["place"]) - 0.24 - 0.06 * _layer(dots)
    return Figure(
        name="effects",
        title=_title(table, removed),
        caption=f"{_marks(dots, table)} Right of zero is better than the reference; an interval that crosses zero "
        "shows nothing. The band holds differences that are too small to matter, up to "
        f"{findings.scale.gap(table['delta'].max())}.{apart}{_failures(table)}",
        alt=_alt(table, findings),
        height=0.9 + 0.3 * (rows["place"].max() + 1),
        draw=lambda axis: draw_effects(axis, rows, dots, headings, delta, findings.scale.gain_axis),
    )


def _failures(table: pd.DataFrame) -> str:
    """That failures are among the dots, at their cost."""
    lost = table[["diverged", "reference_diverged"]].any(axis=None)
    return " A seed on which a side diverged is among them, with what a failure costs." if lost else ""


def _marks(dots: pd.DataFrame, table: pd.DataFrame) -> str:
    """What dots and lines are."""
    if dots.empty:
        return "A dot is the difference of the two sides’ means, the line its interval."
    none = "" if table["paired"].all() else " (none where two sides share no seeds)"
    return (
        f"Small dots are seeds{none}, one above another where they are level; the large one below is their mean, the "
        "line its interval."
    )


def draw_effects(
    axis: Axes, rows: pd.DataFrame, dots: pd.DataFrame, headings: Headings, delta: float, label: str
) -> None:
    """rows: `place, tick, mean, low, high, outcome`; dots: `place, gain`; delta: the smallest effect of interest."""
    axis.axvspan(-delta, delta, color=LIGHT["line"], alpha=0.55, linewidth=0, zorder=0)
    axis.axvline(0, color=LIGHT["muted"], linewidth=1)
    axis.scatter(dots["gain"], dots["place"], s=14, color=LIGHT["muted"], alpha=0.55, linewidth=0, zorder=3)
    for row in rows_of(rows):
        colour = outcome_colour(row.outcome)
        axis.plot([row.low, row.high], [row.place, row.place], color=colour, linewidth=2.4, zorder=2)
        face = colour if row.outcome in ("better", "worse") else LIGHT["surface"]
        axis.plot([row.mean], [row.place], "o", color=colour, markerfacecolor=face, markersize=8, zorder=4)
    draw_headed(axis, rows, headings)
    axis.spines["left"].set_visible(False)
    axis.set_xlabel(label, loc="right")  # a label wider than the axis runs out to the left, where there is room


def _layer(dots: pd.DataFrame) -> pd.Series:
    """How many seeds of the same comparison lie under each, which would hide it otherwise; 4 at most."""
    near = (dots["gain"] / ((np.ptp(dots["gain"]) if len(dots) else 0) or 1.0) * 120).round()
    return near.groupby([dots["pair"], near]).cumcount().clip(upper=4)


def _title(table: pd.DataFrame, removed: bool) -> str:
    """What was found of every row that is drawn, under the names of their factors."""
    factors = [name(factor) for factor in dict.fromkeys(table["factor"])]
    better, worse, depends = (
        [_name_row(row, removed) for row in _of(table, outcome)] for outcome in ("better", "worse", "depends")
    )
    alike, rest = len(_of(table, "no practical difference")), int((~table["outcome"].isin(_DECIDED)).sum())
    if not better and not worse and not depends:
        what = f"removal of {_either(factors)}" if removed else f"level of {_either(factors)}"
        if alike == len(table):
            return f"No {what} makes a practical difference"
        some = f"; {alike} of {len(table)} make no practical difference" if alike else ""
        other = "the whole" if removed else "its reference"
        return f"No {what} {'is shown to differ' if alike else 'can be told apart'} from {other}{some}"
    than = "" if removed else " than the reference"
    parts = [f"better{than}: {join_words(better)}"] if better else []
    parts += [f"worse{'' if better else than}: {join_words(worse)}"] if worse else []
    parts += [f"depends on another factor: {join_words(depends)}"] if depends else []
    parts += [f"{alike} without practical difference"] if alike else []
    parts += [f"{rest} not told apart"] if rest else []
    text = "; ".join(parts)
    subject = join_words(factors, most=len(factors))
    return f"{text[0].upper()}{text[1:]}" if removed else f"{subject[0].upper()}{subject[1:]}: {text}"


def _either(names: list[str]) -> str:
    """`activation, loss or units`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _of(table: pd.DataFrame, outcome: str) -> list[NamedRow]:
    return list(rows_of(table[table["outcome"] == outcome]))


def _name_row(row: NamedRow, removed: bool) -> str:
    if removed:
        return swap(row.factor, row.level, row.reference)
    return level(row.factor, row.level) + with_condition(row.condition)


def _alt(table: pd.DataFrame, findings: PageFindings) -> str:
    scale = findings.scale
    said = []
    for row in rows_of(table):
        reach = f"{scale.span(row.low, row.high)}, " if row.kind == "interval" else ""
        size = f"{scale.signed(row.mean)} ({reach}{seeds_of(table.loc[row.Index])})"
        sides = f"{level(row.factor, row.level)} against {short(row.reference)}{with_condition(row.condition)}"
        said.append(f"{sides}: {size}, {row.outcome}")
    return "; ".join(said) + "."
