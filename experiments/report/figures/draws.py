"""A random design: score against the value drawn for one factor."""

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from experiments.analysis.draws import draw_table
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import LIGHT, short_number
from experiments.report.page_findings import PageFindings
from experiments.study.words import count, file_name, join_words, name, short


def draws_figures(findings: PageFindings) -> list[Figure]:
    """A figure for each varied factor of a random design; none for others, or where no draw has a score."""
    if findings.study.design != "random" or findings.best is None:
        return []
    cells, study = findings.cells, findings.study
    return [_figure(findings, factor) for factor in study.varied if len(draw_table(cells, study, factor))]


def draw_draws(axis: Axes, table: pd.DataFrame, label: str, score: str, scale: str) -> None:
    """table: `value, mean, diverged, top`; scale: `log`, `linear` or `levels`."""
    scored, failed = table[table["mean"].notna()], table[table["diverged"] > 0]
    for top in (False, True):
        part = scored[scored["top"] == top]
        sns.scatterplot(
            x=part["value"], y=part["mean"], ax=axis, s=36, linewidth=0, alpha=0.75, legend=False,
            color=LIGHT["series-1" if top else "unsure"], marker="D" if top else "o",
            label="the best tenth" if top else "other draws",
        )  # fmt: skip
    axis.plot(
        failed["value"], [0.03] * len(failed), "x", color=LIGHT["bad"], markersize=7, markeredgewidth=2,
        transform=axis.get_xaxis_transform(), label="a seed diverged",
    )  # fmt: skip
    if scale == "log":
        axis.set_xscale("log")
        axis.xaxis.set_major_formatter(FuncFormatter(short_number))
    axis.margins(x=0.06, y=0.12)
    axis.set(xlabel=label, ylabel=score)
    axis.figure.legend(loc="outside lower left", ncols=3, handletextpad=0.2)


def _figure(findings: PageFindings, factor: str) -> Figure:
    study, units = findings.study, findings.scale
    table = draw_table(findings.cells, study, factor)
    table["mean"] *= units.factor
    ranged = factor in study.ranges
    scale = study.ranges[factor].get("scale", "linear") if ranged else "levels"
    if not ranged:
        order = {listed: place for place, listed in enumerate(study.factors[factor])}
        table = table.sort_values("value", key=lambda values: values.map(order), kind="stable")
        table["value"] = table["value"].map(short)
    top = table[table["top"]]
    title = _range(top, factor) if ranged else _levels(top, factor)
    title = title if len(top) else f"None of the best draws has a {name(factor)}"
    failed = int((table["diverged"] > 0).sum())
    unit = " (log scale)" if scale == "log" else ""
    return Figure(
        name=file_name("draws", factor),
        title=title,
        caption=f"A mark is a draw: its mean {units.label} over seeds. Other factors vary along with it, so "
        "this shows a tendency, not an effect.",
        alt=f"{title}, of {count(len(table), 'draw')}; {failed} with a diverged seed.",
        height=3.2,
        draw=lambda axis: draw_draws(axis, table, name(factor).capitalize() + unit, units.axis, scale),
    )


def _range(top: pd.DataFrame, factor: str) -> str:
    low, high = top["value"].min(), top["value"].max()
    if len(top) == 1:
        return f"One of the best draws has a {name(factor)}, {low:.3g}"
    return f"The best {count(len(top), 'draw')} have {name(factor)} {low:.3g} to {high:.3g}"


def _levels(top: pd.DataFrame, factor: str) -> str:
    counts = top["value"].value_counts(sort=False).sort_values(ascending=False, kind="stable")
    parts = [f"{value} ({number})" for value, number in counts.items()]
    return f"{name(factor).capitalize()} among the best {count(len(top), 'draw')}: {join_words(parts)}"
