"""Levels that are better with one level of another factor and worse with another: what they gain with each."""

import pandas as pd
from matplotlib.axes import Axes

from experiments.analysis.rows import rows_of
from experiments.report.figures.comparisons import Headings, draw_headed, place_under_headings
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import LIGHT, outcome_colour
from experiments.report.page_findings import PageFindings
from experiments.study.words import count, join_words, level, name, short

MOST = 4  # levels


def crossing_figure(findings: PageFindings) -> Figure | None:
    """The figure of a grid in which a gain turns into a loss; None for others."""
    table = findings.crossing
    if table.empty:
        return None
    unit = findings.scale.factor
    cases = list(dict.fromkeys(zip(table["factor"], table["level"], table["other"], strict=True)))
    keys = pd.Series(list(zip(table["factor"], table["level"], table["other"], strict=True)), index=table.index)
    kept = table[keys.isin(cases[:MOST])]
    rows = kept[["outcome"]].copy()
    rows[["mean", "low", "high"]] = kept[["mean", "low", "high"]] * unit
    rows["tick"] = [short(level_of_other) for level_of_other in kept["at"]]
    heads = [
        f"{level(row.factor, row.level)} against {short(row.reference)}, by {name(row.other)}" for row in rows_of(kept)
    ]
    rows["place"], headings = place_under_headings(heads, heads)
    delta = kept["delta"].max() * unit
    what = join_words(
        [f"{level(factor, own_level)} depends on the {name(other)}" for factor, own_level, other in cases]
    )
    scale = findings.scale
    said = [
        f"{level(row.factor, row.level)} with {short(row.at)}: {scale.signed(row.mean)}"
        + (f" ({scale.span(row.low, row.high)})" if row.kind == "interval" else "")
        for row in rows_of(kept)
        if row.n
    ]
    return Figure(
        name="crossing",
        title=f"{what[0].upper()}{what[1:]}",
        caption="A dot is what the level gains over its reference with one level of the other factor, the line its "
        "interval. The band holds differences that "
        f"are too small to matter, up to {scale.gap(kept['delta'].max())}.",
        alt="; ".join(said) + ".",
        height=0.9 + 0.3 * (rows["place"].max() + 1),
        draw=lambda axis: draw_crossing(axis, rows, headings, delta, scale.gain_axis),
    )


def interactions_text(findings: PageFindings) -> str:
    """What is to be said where no gain is shown to depend on another factor; empty where any is, or none was asked."""
    table = findings.interactions
    if table.empty or not (table["n"] > 1).any() or table["outcome"].eq("differs").any():
        return ""
    names = [name(factor) for factor in dict.fromkeys([*table["factor"], *table["other"]])]
    rate = ", each at its own best learning rate" if findings.tuned else ""
    alike = int(table["outcome"].isin(["no practical difference", "identical"]).sum())
    gap = findings.scale.gap(table["delta"].max())
    less = f"; of {alike} it is shown that they differ by less than {gap}" if alike else ""
    return (
        f"Of {join_words(names)}{rate}: no gain of a level over the baseline’s is shown to depend on the level of "
        f"another factor, in {count(len(table), 'comparison')}{less}."
    )


def draw_crossing(axis: Axes, rows: pd.DataFrame, headings: Headings, delta: float, label: str) -> None:
    """rows: `place, tick, mean, low, high, outcome`; delta: the smallest effect of interest."""
    axis.axvspan(-delta, delta, color=LIGHT["line"], alpha=0.55, linewidth=0, zorder=0)
    axis.axvline(0, color=LIGHT["muted"], linewidth=1)
    for row in rows_of(rows):
        colour = outcome_colour(row.outcome)
        axis.plot([row.low, row.high], [row.place, row.place], color=colour, linewidth=2.4, zorder=2)
        axis.plot([row.mean], [row.place], "o", color=colour, markersize=7, zorder=4)
    draw_headed(axis, rows, headings)
    axis.spines["left"].set_visible(False)
    axis.set_xlabel(label, loc="right")
