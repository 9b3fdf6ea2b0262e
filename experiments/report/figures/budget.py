"""How a search went: every cell's score, and the best so far."""

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from experiments.analysis.budget import budget_table
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import LIGHT
from experiments.report.page_findings import PageFindings
from experiments.study.words import count


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
