"""Tuners on the same space: the best score so far, by how much was trained."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from experiments.report.figures.figure import Figure
from experiments.report.figures.style import DASHES, SERIES
from experiments.report.page_findings import PageFindings
from experiments.results.searches import Search
from experiments.study.words import join_words


def searches_figure(findings: PageFindings, searches: Sequence[Search]) -> Figure | None:
    """The figure of two searches or more; None for fewer, or where none has a score."""
    units, sign = findings.scale, findings.study.sign
    tables = {search.tuner: search.budget[["epochs", "best"]].dropna() for search in searches}
    tables = {tuner: table for tuner, table in tables.items() if len(table)}
    if len(tables) < 2:
        return None
    ends = {tuner: table["best"].iloc[-1] for tuner, table in tables.items()}
    ranked = sorted(ends, key=lambda tuner: -sign * ends[tuner])
    said = [f"{tuner} {units.score(ends[tuner])}" for tuner in ranked]
    drawn = {tuner: table.assign(best=table["best"] * units.factor) for tuner, table in tables.items()}
    return Figure(
        name="searches",
        title=f"The same space by {len(tables)} tuners: the best of {join_words(said)}",
        caption="Lines are the best so far, by epochs of training over all trials. One search of each tuner, so a "
        "difference may be luck; and the best of many is too good, the more so the more were tried.",
        alt=f"At the end: {', '.join(said)}.",
        height=3.2,
        draw=lambda axis: draw_searches(axis, drawn, units.axis),
    )


def draw_searches(axis: Axes, tables: dict[str, pd.DataFrame], label: str) -> None:
    """tables: `epochs, best` of every tuner."""
    for place, (tuner, table) in enumerate(tables.items()):
        axis.step(
            table["epochs"],
            table["best"],
            where="post",
            label=tuner,
            color=SERIES[place % len(SERIES)],
            linestyle=DASHES[place % len(DASHES)],
        )
        axis.plot(table["epochs"].iloc[-1], table["best"].iloc[-1], "o", color=SERIES[place % len(SERIES)])
    axis.set(xlabel="Epochs trained, over all trials", ylabel=f"Best {label[0].lower()}{label[1:]}")
    axis.figure.legend(loc="outside lower left", ncols=len(tables), handlelength=3.2)
