"""How searches went: each cell and the best score so far, of one search and of several tuners on the same space."""

from collections.abc import Sequence

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from experiments.analysis.budget import budget_table
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import DASHES, LIGHT, SERIES
from experiments.report.page_findings import PageFindings
from experiments.results.searches import Search
from experiments.study.words import count, join_words


def budget_figure(findings: PageFindings) -> Figure | None:
    """The figure of a search; None for other studies, or where no cell has a score."""
    table = budget_table(findings.cells, findings.study, findings.trials)
    if table["mean"].notna().sum() < 2:
        return None
    units = findings.scale
    last = table["best"].iloc[-1]
    found = int(table.loc[table["mean"].eq(last), "place"].iloc[0])
    title = f"The search came to its best, {units.score(last)}, with cell {found} of {len(table)}"
    drawn = table.assign(mean=table["mean"] * units.factor, best=table["best"] * units.factor)
    without = int(table["mean"].isna().sum())
    return Figure(
        name="budget",
        title=title,
        caption=f"A dot is a cell: its mean {units.label} over the search's seeds, in the order in which cells were "
        "proposed; the line is the best so far. It is what the search saw, and so too good.",
        alt=f"{title}; {count(without, 'cell')} without a score.",
        height=3.0,
        draw=lambda axis: draw_budget(axis, drawn, units.axis),
    )


def draw_budget(axis: Axes, table: pd.DataFrame, label: str) -> None:
    """table: `place, mean, best`."""
    sns.scatterplot(
        x=table["place"], y=table["mean"], ax=axis, s=22, linewidth=0, alpha=0.75, color=LIGHT["unsure"],
        label="a cell", legend=False,
    )  # fmt: skip
    axis.step(table["place"], table["best"], where="post", color=LIGHT["series-1"], label="the best so far")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.set(xlabel="Cells tried", ylabel=label)
    axis.figure.legend(loc="outside lower left", ncols=2, handletextpad=0.4)


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
