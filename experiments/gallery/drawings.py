"""Drawings of finished tables on an axis; nothing is computed here."""

import pandas as pd
from matplotlib.axes import Axes

from experiments.report.figures.style import DASHES, LIGHT, SERIES


def draw_curves(
    axis: Axes,
    table: pd.DataFrame,
    column: str,
    limits: tuple[float, float],
    label: str,
    beside: pd.DataFrame,
    standard: str,
) -> None:
    """table: `line, x` and the column to draw; beside: the same of a standard, by name, muted; or no rows."""
    for place, (line, group) in enumerate(table.groupby("line", sort=False)):
        axis.plot(group["x"], group[column], color=SERIES[place], linestyle=DASHES[place], label=line)
    for place, (_, group) in enumerate(beside.groupby("line", sort=False)):
        axis.plot(
            group["x"], group[column], color=LIGHT["muted"], linestyle=DASHES[2], linewidth=1.6, zorder=1.5,
            label=standard if place == 0 else None,
        )  # fmt: skip
    axis.set_ylim(*limits)
    axis.margins(x=0)
    axis.set(xlabel=label, ylabel="")
    handles, labels = axis.get_legend_handles_labels()
    if len(labels) > 1:
        axis.figure.legend(
            handles, labels, loc="outside lower left", ncols=2, handlelength=1.6, columnspacing=1.0, borderpad=0.1
        )


def draw_histogram(
    axis: Axes, table: pd.DataFrame, label: str, of: str, limits: tuple[float, float], scale: str
) -> None:
    """table: `left, right, without, with_it`, in per cent. scale: "log" or "linear"."""
    edges = [*table["left"], table["right"].iloc[-1]]
    axis.stairs(
        table["without"], edges, fill=True, color=LIGHT["series-6"], alpha=0.4, linewidth=0, label="without",
        baseline=limits[0],
    )  # fmt: skip
    axis.stairs(table["with_it"], edges, color=LIGHT["series-2"], linewidth=1.9, label="with", baseline=limits[0])
    axis.set_yscale(scale)
    axis.set_ylim(*limits)
    axis.yaxis.set_major_formatter(lambda value, _: f"{value:g} %")
    axis.margins(x=0)
    axis.set(xlabel=label, ylabel=f"share of {of}")
    axis.figure.legend(*axis.get_legend_handles_labels(), loc="outside lower left", ncols=2)


def draw_descents(axis: Axes, table: pd.DataFrame) -> None:
    """table: `line, step, height`."""
    for place, (line, group) in enumerate(table.groupby("line", sort=False)):
        colour = SERIES[place]
        axis.plot(
            group["step"], group["height"], color=colour, linestyle=DASHES[place], label=line,
            linewidth=3.2 if place == 1 else 1.8, alpha=0.75 if place == 1 else 1,
        )  # fmt: skip
    axis.set_yscale("log")
    axis.margins(x=0)
    axis.set(xlabel="step", ylabel="height")
    axis.figure.legend(*axis.get_legend_handles_labels(), loc="outside lower left")
