"""Levels by their average rank over tasks, with the difference that tells two apart."""

import math

import pandas as pd
from matplotlib.axes import Axes

from experiments.analysis.rows import rows_of
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import LIGHT
from experiments.study.words import short


def ranks_figure(table: pd.DataFrame, ranks: pd.DataFrame, gap: float, title: str) -> Figure:
    """The critical-difference diagram, one row per level.

    table: of `rank_table`. ranks: by task. gap: the critical difference.
    """
    said = [f"{short(row.level)}: average rank {row.mean_rank:.2f}" for row in rows_of(table)]
    return Figure(
        name="ranks",
        title=title,
        caption=f"Large dots are average ranks over {len(ranks)} tasks, small ones the ranks on each; 1 is the best. "
        + _apart(len(table), gap),
        alt="; ".join(said) + ".",
        height=0.9 + 0.42 * len(table),
        draw=lambda axis: draw_ranks(axis, table, ranks, gap),
    )


def _apart(levels: int, gap: float) -> str:
    """What tells two levels apart, in words."""
    if math.isinf(gap):
        return "So few tasks tell no two levels apart."
    test = "an exact sign test" if levels == 2 else "Nemenyi’s test"
    return (
        "Two levels whose lines do not overlap are told apart: their average ranks differ by at least "
        f"{gap:.2f}, the critical difference of {test} at 0.05."
    )


def draw_ranks(axis: Axes, table: pd.DataFrame, ranks: pd.DataFrame, gap: float) -> None:
    """table: `level, mean_rank`, the best first; ranks: one column per level; gap: the critical difference."""
    for place, row in enumerate(rows_of(table)):
        counts = ranks[row.level].value_counts()
        axis.scatter(
            counts.index, [place - 0.28] * len(counts), s=12 + 6 * counts.to_numpy(), color=LIGHT["muted"], alpha=0.55,
            linewidth=0, zorder=3,
        )  # fmt: skip
        if math.isfinite(gap):
            axis.plot([row.mean_rank - gap / 2, row.mean_rank + gap / 2], [place, place], color=LIGHT["good"], zorder=2)
        axis.plot([row.mean_rank], [place], "o", color=LIGHT["good"], markersize=8, zorder=4)
    axis.set_yticks(range(len(table)), [short(own_level) for own_level in table["level"]])
    axis.set_ylim(len(table) - 0.4, -0.6)
    axis.grid(axis="y", visible=False)
    axis.tick_params(axis="y", length=0)
    axis.spines["left"].set_visible(False)
    axis.set_xlabel("average rank over tasks (1 is the best)", loc="right")
