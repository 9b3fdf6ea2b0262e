"""A random design: every draw as a line through all of its values, the best in colour."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from experiments.analysis.draws import position_table
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import LIGHT
from experiments.report.page_findings import PageFindings
from experiments.study.words import count, name, short

FEWEST = 3  # factors: of two, the figure of a pair shows more
GREY = 400  # lines of other draws; more are one grey


def parallel_figure(findings: PageFindings) -> Figure | None:
    """The figure of a random design of three factors or more; None for others, or without a score."""
    study = findings.study
    if study.design != "random" or findings.best is None or len(study.varied) < FEWEST:
        return None
    table = position_table(findings.cells, study)
    top = table[table["top"]]
    best = int(top["cell"].nunique())
    ticks = {factor: _ticks(findings, factor) for factor in study.varied}
    levels = set(study.varied) - set(study.ranges)
    title = f"The {count(best, 'best draw')} of {table['cell'].nunique()}, factor by factor"
    spans = top.groupby("factor")["place"].agg(["min", "max"])
    said = [
        f"{name(factor)} from {spans.loc[factor, 'min']:.0%} to {spans.loc[factor, 'max']:.0%}"
        for factor in spans.index
    ]
    return Figure(
        name="parallel",
        title=title,
        caption="A line is a draw, from factor to factor; coloured are the best tenth. Where coloured lines run close "
        "together, good draws agree on the value; where they spread, the value matters less.",
        alt=f"The best draws lie, of each factor's range: {', '.join(said)}.",
        height=0.5 + 0.62 * len(study.varied),
        draw=lambda axis: draw_parallel(axis, table, ticks, levels, list(map(name, study.varied))),
    )


def draw_parallel(
    axis: Axes, table: pd.DataFrame, ticks: dict[str, list[tuple[float, str]]], levels: set[str], labels: list[str]
) -> None:
    """table: `cell, factor, place, top`; ticks: of each factor (place, text); labels: of the factors.

    levels: the factors that have levels, at which lines would hide one another.
    """
    wide = table.pivot(index="cell", columns="factor", values="place").reindex(columns=list(ticks))
    top = wide.index.isin(table.loc[table["top"], "cell"])
    crowd = np.random.default_rng(0)
    spread = wide + [0.02 if factor in levels else 0.0 for factor in wide] * crowd.uniform(-1, 1, wide.shape)
    for mine, colour, alpha, width in ((~top, "unsure", 0.25, 0.8), (top, "series-1", 0.9, 1.6)):
        lines = [
            [(x, y) for y, x in enumerate(places) if np.isfinite(x)]
            for places in spread[mine].to_numpy()[: GREY if colour == "unsure" else None]
        ]
        axis.add_collection(LineCollection(lines, colors=LIGHT[colour], alpha=alpha, linewidths=width))
    for row, marks in enumerate(ticks.values()):
        axis.axhline(row, color=LIGHT["muted"], linewidth=0.8, zorder=0)
        for place, text in marks:
            axis.annotate(
                text, (place, row), (0, -4), textcoords="offset points", ha="center", va="top", fontsize=8.5,
                color=LIGHT["ink"], bbox={"facecolor": LIGHT["surface"], "edgecolor": "none", "pad": 0.6, "alpha": 0.8},
            )  # fmt: skip
    axis.set(xlim=(-0.06, 1.06), ylim=(len(ticks) - 0.45, -0.3), xticks=[])
    axis.set_yticks(range(len(labels)), labels)
    axis.grid(visible=False)
    for side in ("left", "bottom"):
        axis.spines[side].set_visible(False)
    axis.tick_params(length=0)


def _ticks(findings: PageFindings, factor: str) -> list[tuple[float, str]]:
    """Of a range its ends and its middle, of a list its levels."""
    study = findings.study
    if factor not in study.ranges:
        levels = study.factors[factor]
        return [((at + 0.5) / len(levels), short(level)) for at, level in enumerate(levels)]
    span = study.ranges[factor]
    low, high = float(span["min"]), float(span["max"])
    middle = (low * high) ** 0.5 if span.get("scale") == "log" else (low + high) / 2
    return [(place, f"{value:.3g}") for place, value in ((0.0, low), (0.5, middle), (1.0, high))]
