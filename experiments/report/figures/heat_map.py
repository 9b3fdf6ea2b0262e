"""Two factors together: the mean score of every pair of levels."""

from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from experiments.analysis.declared import RATE
from experiments.analysis.two_factors import two_factor_table
from experiments.report.figure import Figure
from experiments.report.findings import Findings
from experiments.report.style import SEQUENTIAL
from experiments.report.words import level, listed, name, short


def heat_map(findings: Findings) -> Figure | None:
    """The study's two main factors, or None where it does not cross two or hardly a pair has a score."""
    study, scale = findings.study, findings.scale
    if study.design != "grid" or len(study.main) < 2:
        return None
    rows, columns = study.main[:2]
    table = two_factor_table(findings.cells, study, rows, columns)
    if table["mean"].notna().sum() < 2:
        return None
    table = table.assign(text=[_text(row, scale.plain(row.mean)) for row in table.itertuples()])
    table["mean"] *= scale.factor
    # A pair in which a seed diverged is not the best one, whatever the others reach.
    sound = table[table["diverged"] == 0] if (table["diverged"] == 0).any() else table
    best = table.loc[(study.sign * sound["mean"]).idxmax()]
    held = [one for one in study.varied if one not in (rows, columns, RATE)]
    told = [f"{listed([name(one) for one in held])} at the baseline"] if held else []
    if RATE in study.varied and RATE not in (rows, columns):
        told.append("each pair at its own best learning rate")
    failed = " A cross counts diverged seeds." if table["diverged"].any() else ""
    end = "highest" if study.sign > 0 else "lowest"
    top = f"{scale.label}: {scale.score(best['mean'] / scale.factor)}"
    title = f"{level(rows, best['row'])} and {level(columns, best['column'])} reach the {end} {top}"
    if table["text"].nunique() == 1:
        title = f"All pairs reach the same {top}"
    said = [f"{short(row.row)} with {short(row.column)}: {row.text}" for row in table.itertuples()]
    return Figure(
        name="heat-map",
        title=title,
        caption=f"{scale.axis}, mean over seeds"
        f"{''.join(f', {part}' for part in told)}. The frame marks the best pair.{failed}",
        alt="; ".join(said).replace("\n", ", ") + ".",
        height=1.1 + 0.42 * len(study.factors[rows]),
        draw=lambda axis: draw_heat_map(axis, table, (rows, columns), (best["row"], best["column"]), study.sign),
    )


def draw_heat_map(axis: Axes, table: pd.DataFrame, factors: tuple[str, str], best: tuple[str, str], sign: int) -> None:
    """table: `row, column, mean, text`; best: the pair of levels to mark. The better a score, the lighter."""
    rows, columns = list(dict.fromkeys(table["row"])), list(dict.fromkeys(table["column"]))
    pivots = (table.pivot(index="row", columns="column", values=one) for one in ("mean", "text"))
    wide, texts = (pivot.loc[rows, columns] for pivot in pivots)
    sns.heatmap(
        wide, ax=axis, annot=texts, fmt="", annot_kws={"fontsize": 9 if len(columns) <= 5 else 7.5}, cbar=False,
        cmap=SEQUENTIAL if sign > 0 else f"{SEQUENTIAL}_r", linewidths=1.5, linecolor="white",
    )  # fmt: skip
    frame = (columns.index(best[1]), rows.index(best[0]))
    # Black in dark pages too: the best pair is the lightest field.
    inner = (frame[0] + 0.025, frame[1] + 0.04)
    axis.add_patch(Rectangle(inner, 0.95, 0.92, fill=False, edgecolor="black", linewidth=2, zorder=5))
    axis.grid(visible=False)
    names = [short(one) for one in columns]
    tilt = {"rotation": 25, "ha": "right"} if max(map(len, names)) * len(names) > 46 else {"rotation": 0}
    axis.set_xticks([place + 0.5 for place in range(len(names))], names, **tilt)
    axis.set_yticks([place + 0.5 for place in range(len(rows))], [short(one) for one in rows], rotation=0)
    axis.tick_params(length=0)
    axis.set(xlabel=name(factors[1]).capitalize(), ylabel=name(factors[0]).capitalize())


def _text(row: Any, mean: str) -> str:
    if row.runs == 0:
        return "not run"
    crosses = f"× {row.diverged} of {row.runs}" if row.diverged else ""
    return "\n".join(part for part in (mean if row.n else "", crosses) if part)
