"""Score against learning rate, one line per level; diverged runs as crosses."""

from collections import Counter

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullLocator

from experiments.analysis.rates import rate_table
from experiments.analysis.rows import rows_of
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import DASHES, LIGHT, MARKERS, SERIES, short_number
from experiments.report.page_findings import PageFindings
from experiments.study.columns import RATE
from experiments.study.words import join_words, level

MOST = len(SERIES)


def rates_figure(findings: PageFindings) -> Figure | None:
    """Sensitivity to the learning rate by the main factor's levels, or None where the rate was not varied."""
    study, scale = findings.study, findings.scale
    if study.design == "random":
        return None
    others = [factor for factor in study.main if factor != RATE]
    factor = others[0] if others and study.design == "grid" else None
    table = rate_table(findings.cells, study, factor)
    shown = list(dict.fromkeys(table["level"]))[:MOST]
    table = table[table["level"].isin(shown)].copy()
    if table["mean"].notna().sum() < 2:
        return None
    table["mean"] *= scale.factor
    table["line"] = [level(factor, own_level) if factor else "all" for own_level in table["level"]]
    chosen, end = table[table["chosen"]], _end(table, study.sign)
    held = ", other factors at the baseline" if len(study.varied) > (2 if factor else 1) else ""
    beyond = _beyond(table, end, findings)
    crosses = (
        " A cross at the foot: a seed diverged there, and is in the mean at its cost; where none trained there is no "
        "mean."
        if table["diverged"].any()
        else ""
    )
    said = [
        f"{row.line} at {row.learning_rate:g}: {scale.score(row.mean / scale.factor)}"
        + (f", {row.diverged} of {row.runs} diverged" if row.diverged else "")
        for row in rows_of(table)
    ]
    return Figure(
        name="learning-rate",
        title=_title(chosen, factor is not None) if table["mean"].nunique() > 1 else "No learning rate differs",
        caption=f"Means over seeds{held}. A ring marks the rate at which each line ranks best.{crosses}{beyond}",
        alt="; ".join(said) + ".",
        height=3.1 + (0.2 * ((len(shown) + 1) // 2) if factor else 0),
        draw=lambda axis: draw_rates(axis, table, scale.axis, end, study.sign),
    )


def _end(table: pd.DataFrame, sign: int) -> float | None:
    """Where the axis ends on the worse side: absurd rates would squeeze what lies around the best ones; None for none.

    What is shown whole are the best rate of every line and those beside it.
    """
    places = table[RATE].rank(method="dense")
    best = places[table["chosen"]]
    near = table.loc[[any(abs(place - peak) <= 1 for peak in best) for place in places], "mean"]
    span = near.max() - near.min()
    end = near.min() - 0.12 * span if sign > 0 else near.max() + 0.12 * span
    worst = table["mean"].min() if sign > 0 else table["mean"].max()
    return float(end) if span > 0 and sign * (end - worst) > 2 * span else None


def _beyond(table: pd.DataFrame, end: float | None, findings: PageFindings) -> str:
    """That there is more than is shown."""
    if end is None:
        return ""
    sign, scale = findings.study.sign, findings.scale
    worst = table["mean"].min() if sign > 0 else table["mean"].max()
    side, way = ("foot", "down") if sign > 0 else ("top", "up")
    reach = scale.score(worst / scale.factor)
    return f" What is worse than the axis shows, {way} to {reach}, runs out at the {side}."


def draw_rates(axis: Axes, table: pd.DataFrame, label: str, end: float | None, sign: int) -> None:
    """table: `line, learning_rate, mean, diverged, chosen`; end: of the axis on the worse side, None for that of data.

    sign: 1 where more is better, else −1.
    """
    lines, crosses = list(dict.fromkeys(table["line"])), Counter()
    for place, (line, group) in enumerate(table.groupby("line", sort=False)):
        scored = group.dropna(subset="mean")
        sns.lineplot(
            x=scored[RATE], y=scored["mean"], ax=axis, label=line, color=SERIES[place], linestyle=DASHES[place],
            marker=MARKERS[place], markeredgecolor=LIGHT["surface"], errorbar=None, legend=False,
        )  # fmt: skip
        best, failed = group[group["chosen"]], group[group["diverged"] > 0]
        axis.plot(
            best[RATE], best["mean"], "o", color=SERIES[place], markersize=13, markerfacecolor="none",
            markeredgewidth=1.6,
        )  # fmt: skip
        heights = [0.03 + 0.05 * crosses[rate] for rate in failed[RATE]]
        crosses.update(failed[RATE])
        axis.plot(
            failed[RATE], heights, "x", color=SERIES[place], markersize=7,
            markeredgewidth=2, transform=axis.get_xaxis_transform(),
        )  # fmt: skip
    axis.set_xscale("log")
    axis.xaxis.set_minor_locator(NullLocator())
    rates = sorted(table[RATE].unique())
    axis.set_xticks(rates)
    axis.xaxis.set_major_formatter(FuncFormatter(short_number))
    axis.margins(x=0.06, y=0.12)
    if end is not None:
        best = table["mean"].max() if sign > 0 else table["mean"].min()
        room = 0.12 * abs(best - end)
        axis.set_ylim(*((end, best + room) if sign > 0 else (best - room, end)))
    axis.set(xlabel="Learning rate (log scale)", ylabel=label)
    if len(lines) > 1:
        columns = 2 if max(map(len, lines)) <= 28 else 1
        axis.figure.legend(loc="outside lower left", ncols=columns, handlelength=3.2)


def _title(chosen: pd.DataFrame, by_level: bool) -> str:
    groups = {f"{rate:g}": list(group["line"]) for rate, group in chosen.groupby(RATE)}
    if not by_level:
        return f"{next(iter(groups))} is the best learning rate tried"
    if len(groups) == 1 and len(chosen) > 1:
        return f"{next(iter(groups))} is the best learning rate for all {len(chosen)}"
    return "Best learning rate: " + "; ".join(f"{rate} for {join_words(lines)}" for rate, lines in groups.items())
