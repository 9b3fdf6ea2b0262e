"""What a score costs: score against seconds per trial or against parameters, one dot per configuration."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter

from experiments.analysis.cost import cost_column, cost_table
from experiments.analysis.rows import rows_of
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import LIGHT, MARKERS, SERIES
from experiments.report.page_findings import PageFindings
from experiments.report.text.sentences import conditions
from experiments.study.words import capitalize, count, join_words, level

MOST = len(SERIES)
WIDE = 5  # times the smallest cost, from which on the scale is logarithmic
_LEAST = {"seconds": ("fastest", "faster", "speed"), "parameters": ("smallest", "smaller", "size")}
_WHAT = {
    "seconds": "Seconds are a trial’s by itself, building, compiling and validation included, the median over its "
    "seeds; they hold for the machine that trained.",
    "parameters": "Size is the number of parameters.",
}
_AXES = {"seconds": "Seconds a trial", "parameters": "Parameters"}


def cost_figure(findings: PageFindings) -> Figure | None:
    """Score against cost, or None where costs are not known or do not differ."""
    column = cost_column(findings.trials, imported=bool(findings.imported))
    table = cost_table(findings.trials, findings.study, column)
    if column is None or len(table) < 2 or table["cost"].nunique() < 2:
        return None
    scale = findings.scale
    factor = next((factor for factor in findings.study.main if len(findings.study.factors[factor]) <= MOST), None)
    shown = table.assign(**{name: table[name] * scale.factor for name in ("mean", "low", "high")})
    shown["line"] = [level(factor, findings.cell(cell)[factor]) if factor else "all" for cell in table["cell"]]
    order = (
        {level(factor, own_level): place for place, own_level in enumerate(findings.study.factors[factor])}
        if factor
        else {}
    )
    shown["series"] = shown["line"].map(order).fillna(0).astype(int)
    best = table[table["front"]]
    log = table["cost"].min() > 0 and table["cost"].max() >= WIDE * table["cost"].min()
    said = [
        f"{findings.words(row.cell)}: {scale.score(row.mean)} at {_cost(column, row.cost)}" for row in rows_of(best)
    ]
    left = len(findings.cells) - len(table)
    without = f" Left out: {count(left, 'configuration')} of which no seed trained." if left else ""
    return Figure(
        name="cost",
        title=_title(findings, table, column),
        caption=f"A dot is a configuration, its mean {scale.label} over {_seeds(table)} with a 95 % interval of its "
        f"own; {conditions(findings.study)}. {_WHAT[column]} Ringed and joined: those that no other is as good as at "
        "less cost, or better than at no more: "
        f"{join_words([findings.words(cell) for cell in best['cell']])}.{without}",
        alt="; ".join(said) + ".",
        height=3.2 + (0.2 * ((shown["line"].nunique() + 1) // 2) if factor else 0),
        draw=lambda axis: draw_cost(axis, shown, _AXES[column], scale.axis, log),
    )


def draw_cost(axis: Axes, table: pd.DataFrame, label: str, score: str, log: bool) -> None:
    """table: `cost, mean, low, high, front, line, series`, the cheapest first. log: whether costs span a wide range."""
    best = table[table["front"]]
    axis.step(best["cost"], best["mean"], where="post", color=LIGHT["muted"], linewidth=1.2, zorder=1)
    axis.plot(
        best["cost"], best["mean"], "o", color=LIGHT["ink"], markersize=12, markerfacecolor="none",
        markeredgewidth=1.4, zorder=4,
    )  # fmt: skip
    for place in sorted(table["series"].unique()):
        group, colour = table[table["series"] == place], SERIES[place]
        axis.vlines(group["cost"], group["low"], group["high"], color=colour, linewidth=1.4, alpha=0.45, zorder=2)
        axis.plot(
            group["cost"], group["mean"], MARKERS[place], color=colour, markeredgecolor=LIGHT["surface"],
            markersize=6.5, label=group["line"].iloc[0], zorder=3,
        )  # fmt: skip
    if log:
        axis.set_xscale("log")
        axis.xaxis.set_minor_formatter(NullFormatter())
    axis.xaxis.set_major_formatter(FuncFormatter(_tick))
    axis.margins(x=0.06, y=0.1)
    axis.set(xlabel=f"{label} (log scale)" if log else label, ylabel=score)
    if table["series"].nunique() > 1:
        columns = 2 if max(map(len, table["line"])) <= 28 else 1
        axis.figure.legend(loc="outside lower left", ncols=columns, handletextpad=0.2)


def _tick(value: float, _: int | None = None) -> str:
    return f"{value:,.10g}"


def _title(findings: PageFindings, table: pd.DataFrame, column: str) -> str:
    least, less, quality = _LEAST[column]
    best = table[table["front"]]
    if len(best) == len(table):
        return f"No configuration beats another in both score and {quality}"
    if len(best) > 1:
        return f"{len(best)} of {len(table)} configurations are not beaten in both score and {quality}"
    words = capitalize(findings.words(best["cell"].iloc[0]))
    if table["cost"].eq(best["cost"].iloc[0]).sum() == 1:
        return f"{words} is both {least} and best"
    return f"{words} is best, and none is {less}"


def _seeds(table: pd.DataFrame) -> str:
    few, many = int(table["n"].min()), int(table["n"].max())
    return count(many, "seed") if few == many else f"{few} to {many} seeds"


def _cost(column: str, cost: float) -> str:
    return f"{cost:.3g} s" if column == "seconds" else f"{cost:,.0f} parameters"
