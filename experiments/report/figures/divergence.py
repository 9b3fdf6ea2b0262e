"""Which levels diverge: the share of trials, with its interval."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from experiments.analysis.rows import rows_of
from experiments.report.figures.comparisons import Headings, draw_headed, place_under_headings
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import LIGHT
from experiments.report.page_findings import PageFindings
from experiments.study.words import join_words, level, name, short


def divergence_figure(findings: PageFindings) -> Figure | None:
    """Shares by level of each factor, or None where nothing diverged or nothing was varied."""
    table = findings.failures
    if not len(table) or not table["diverged"].any():
        return None
    rows = table.assign(tick=table["level"].map(short))
    heads = [name(factor).capitalize() for factor in table["factor"]]
    rows["place"], headings = place_under_headings(table["factor"].to_list(), heads)
    said = [
        f"{level(row.factor, row.level)}: {row.diverged} of {row.runs} ({row.low:.0%} to {row.high:.0%})"
        for row in rows_of(table)
    ]
    return Figure(
        name="divergence",
        title=_title(table),
        caption="Share of trials that diverged, over all trials of a level, with Wilson’s 95 % interval.",
        alt="; ".join(said) + ".",
        height=0.8 + 0.27 * (float(rows["place"].max()) + 1),
        draw=lambda axis: draw_divergence(axis, rows, headings),
    )


def _title(table: pd.DataFrame) -> str:
    if table["diverged"].sum() == table["runs"].sum():
        return "Every trial diverged"
    worst = table[table["share"] == table["share"].max()]
    names = [level(row.factor, row.level) for row in rows_of(worst)]
    row = worst.iloc[0]
    share = f"{row['diverged']} of {row['runs']} trials" if len(worst) == 1 else f"{row['share']:.0%} of trials"
    return f"{join_words(names)} {'diverge' if len(names) > 1 else 'diverges'} most: {share}"


def draw_divergence(axis: Axes, rows: pd.DataFrame, headings: Headings) -> None:
    """rows: `place, tick, share, low, high, diverged, runs`."""
    for row in rows_of(rows):
        colour = LIGHT["bad"] if row.diverged else LIGHT["unsure"]
        marker = "X" if row.diverged else "o"
        axis.plot([row.low, row.high], [row.place, row.place], color=colour, linewidth=2.2)
        axis.plot([row.share], [row.place], marker, color=colour, markersize=8, clip_on=False)
        axis.annotate(
            f"{row.diverged} of {row.runs}",
            (1.01, row.place),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=8.5,
            color=LIGHT["muted"],
        )
    draw_headed(axis, rows, headings)
    axis.tick_params(axis="y", pad=8)  # room for the marks at zero
    axis.set_xlim(0, min(1.0, rows["high"].max() * 1.05))
    axis.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axis.set_xlabel("Share of trials that diverged")
