"""Two factors together: the mean score of every pair of levels."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from experiments.analysis.rows import NamedRow, rows_of
from experiments.analysis.two_factors import two_factor_table
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import SEQUENTIAL
from experiments.report.page_findings import PageFindings
from experiments.report.text.scale import Scale
from experiments.study.columns import RATE
from experiments.study.words import join_words, level, name, short


def heat_map(findings: PageFindings) -> Figure | None:
    """The two main factors, or the first one by condition; None where a grid crosses no two with scores."""
    study, scale = findings.study, findings.scale
    if study.design != "grid" or len(study.main) < 2:
        return None
    rows, columns = study.main[0], (study.conditions or study.main[1:])[0]
    table = two_factor_table(findings.cells, study, rows, columns)
    if table["mean"].notna().sum() < 2:
        return None
    table = table.assign(text=[_text(row, scale.plain(row.mean)) for row in rows_of(table)])
    scored = table.dropna(subset="rank")
    groups = scored.groupby("column" if study.conditions else np.zeros(len(scored)), sort=False)
    best = table.loc[[group["rank"].idxmin() for _, group in groups]]
    held = [factor for factor in study.varied if factor not in (rows, columns) and not (factor == RATE and study.rates)]
    held_fixed = [f"{join_words([name(factor) for factor in held])} at the baseline"] if held else []
    if study.rates and RATE not in (rows, columns):
        held_fixed.append("each pair at its own best learning rate")
    failed = " A cross counts diverged seeds; they are in the mean, at their cost." if table["diverged"].any() else ""
    marked = "Frames mark the best of each column." if study.conditions else "The frame marks the best pair."
    frames = list(zip(best["row"], best["column"], strict=True))
    said = [f"{short(row.row)} with {short(row.column)}: {row.text}" for row in rows_of(table)]
    shown = table.assign(mean=table["mean"] * scale.factor)
    return Figure(
        name="heat-map",
        title=_title(best, (rows, columns), scale, table["text"].nunique() == 1),
        caption=f"{scale.axis}, mean over seeds{''.join(f', {part}' for part in held_fixed)}. {marked} "
        f"Colours span what is shown, however little that is.{failed}",
        alt="; ".join(said).replace("\n", ", ") + ".",
        height=1.1 + 0.42 * len(study.factors[rows]),
        draw=lambda axis: draw_heat_map(axis, shown, (rows, columns), frames, study.sign),
    )


def draw_heat_map(
    axis: Axes, table: pd.DataFrame, factors: tuple[str, str], best: list[tuple[str, str]], sign: int
) -> None:
    """table: `row, column, mean, text`; best: the pairs of levels to mark. The better a score, the lighter."""
    rows, columns = list(dict.fromkeys(table["row"])), list(dict.fromkeys(table["column"]))
    pivots = (table.pivot(index="row", columns="column", values=values) for values in ("mean", "text"))
    wide, texts = (pivot.loc[rows, columns] for pivot in pivots)
    sns.heatmap(
        wide, ax=axis, annot=texts, fmt="", annot_kws={"fontsize": 9 if len(columns) <= 5 else 7.5}, cbar=False,
        cmap=SEQUENTIAL if sign > 0 else f"{SEQUENTIAL}_r", linewidths=1.5, linecolor="white",
    )  # fmt: skip
    written = wide.notna().to_numpy().ravel()  # a pair without a score has no text
    for text, colour in zip(axis.texts, np.asarray(axis.collections[0].get_facecolor())[written], strict=True):
        text.set_color("black" if _luminance(colour) > 0.179 else "white")  # whichever contrasts more
    for row, column in best:
        # Black in dark pages too: these are the light fields, and the page is not seen through them.
        corner = (columns.index(column) + 0.025, rows.index(row) + 0.04)
        axis.add_patch(Rectangle(corner, 0.95, 0.92, fill=False, edgecolor="black", linewidth=2, zorder=5))
    axis.grid(visible=False)
    names = [short(label) for label in columns]
    tilted = max(map(len, names)) * len(names) > 46
    places = [place + 0.5 for place in range(len(names))]
    axis.set_xticks(places, names, rotation=25 if tilted else 0, ha="right" if tilted else "center")
    axis.set_yticks([place + 0.5 for place in range(len(rows))], [short(label) for label in rows], rotation=0)
    axis.tick_params(length=0)
    axis.set(xlabel=name(factors[1]).capitalize(), ylabel=name(factors[0]).capitalize())


def _luminance(colour: Sequence[float]) -> float:
    """The relative luminance of a colour, 0 to 1. Source: W3C, Web Content Accessibility Guidelines 2.1."""
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _title(best: pd.DataFrame, factors: tuple[str, str], scale: Scale, same: bool) -> str:
    rows, columns = factors
    top = f"{scale.label} {scale.score(best['mean'].iloc[0])}"
    if same:
        return f"All pairs reach the same {top}"
    if len(best) > 1:
        pairs = [f"{short(row.row)} with {level(columns, row.column)}" for row in rows_of(best)]
        return f"Best {scale.label}: {join_words(pairs)}"
    cell = best.iloc[0]
    end = "highest" if scale.direction == "max" else "lowest"
    return f"The {end} mean, {level(rows, cell['row'])} with {level(columns, cell['column'])}: {top}"


def _text(row: NamedRow, mean: str) -> str:
    if row.runs == 0:
        return "not run"
    crosses = f"× {row.diverged} of {row.runs}" if row.diverged else ""
    return "\n".join(part for part in (mean if row.n else "", crosses) if part)
