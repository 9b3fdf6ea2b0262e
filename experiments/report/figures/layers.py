"""Inside the networks, of a study with telemetry: gradient norms, dead and saturated units, zeros, by layer."""

import pandas as pd
from matplotlib.axes import Axes

from experiments.analysis.layers import layer_table
from experiments.analysis.rows import row_at, rows_of
from experiments.report.figures.figure import Figure
from experiments.report.figures.lines import lines_of
from experiments.report.figures.style import DASHES, LIGHT, MARKERS, SERIES
from experiments.report.page_findings import PageFindings
from experiments.study.words import capitalize

# figure → what it is, and a sentence on how to read it
_SHARES = {
    "dead": ("dead units", "A unit is dead that gives nothing for any of the examples looked at."),
    "saturated": (
        "saturated outputs",
        "An output is saturated where the activation’s slope is under a hundredth of its steepest.",
    ),
    "near_zero": (
        "weights near zero",
        "A weight is near zero that is smaller than 0.001, what a penalty or a constraint leaves of those not needed.",
    ),
    "zero": ("weights of exactly zero", "A penalty leaves them small; a soft threshold makes them zero."),
}
_LEAST = {"near_zero": 0.05}  # shares that say something: some weights are small in any network


def layers_figures(findings: PageFindings) -> list[Figure]:
    """A figure for each kind of telemetry that shows something; none for studies without."""
    lines, what = lines_of(findings)
    figures = []
    for kind in ("gradient_norm", *_SHARES):
        table = layer_table(findings.trials, list(lines), kind)
        if table.empty or not (table["mean"] > _LEAST.get(kind, 0)).any():
            continue
        table["line"] = table["cell"].map(lines)
        make = _gradients if kind == "gradient_norm" else _share
        figures.append(make(table, kind, f"Points are means over seeds, bars hold the middle 80 % of them; {what}."))
    return figures


def _gradients(table: pd.DataFrame, kind: str, caption: str) -> Figure:
    ends = table.groupby("line", sort=False).agg(
        first=("mean", "first"), last=("mean", "last"), layers=("mean", "size")
    )
    ratio = (ends["first"] / ends["last"])[ends["layers"].gt(1) & ends["last"].gt(0) & ends["first"].gt(0)]
    if ratio.empty:
        title = "How large gradients are, by layer"
    elif ratio.min() < 0.1:
        times = f"{1 / ratio.min():.0f} times"
        title = f"{capitalize(str(ratio.idxmin()))}: the first layer’s gradient is {times} smaller than the last’s"
    else:
        title = "No first layer’s gradient is ten times smaller than the last’s"
    return _figure(table, kind, title, f"{caption} After the last epoch.", "gradient norm", log=True)


def _share(table: pd.DataFrame, kind: str, caption: str) -> Figure:
    noun, meaning = _SHARES[kind]
    worst = row_at(table, table["mean"].idxmax())
    title = f"{capitalize(worst['line'])} has the most {noun}: {100 * worst['mean']:.0f} % in {worst['layer']}"
    table = table.assign(**{name: 100 * table[name] for name in ("mean", "low", "high")})
    return _figure(table, kind, title, f"{meaning} {caption} After the last epoch.", f"{noun} (%)", log=False)


def _figure(table: pd.DataFrame, kind: str, title: str, caption: str, label: str, log: bool) -> Figure:
    said = [f"{row.line}, {row.layer}: {row.mean:.3g}" for row in rows_of(table)]
    return Figure(
        name=f"layers-{kind.replace('_', '-')}",
        title=title,
        caption=caption,
        alt="; ".join(said) + ".",
        height=2.9 + 0.2 * ((table["line"].nunique() + 1) // 2),
        draw=lambda axis: draw_layers(axis, table, label, log),
    )


def draw_layers(axis: Axes, table: pd.DataFrame, label: str, log: bool) -> None:
    """table: `line, layer, place, mean, low, high`."""
    lines = list(dict.fromkeys(table["line"]))
    names = table.drop_duplicates("place").sort_values("place")
    at = {place: number for number, place in enumerate(names["place"])}
    for number, line in enumerate(lines):
        group = table[table["line"] == line]
        if log:
            group = group[group["low"] > 0]
        x = group["place"].map(at) + 0.06 * (number - (len(lines) - 1) / 2)
        style = {"color": SERIES[number], "linestyle": DASHES[number], "marker": MARKERS[number]}
        axis.vlines(x, group["low"], group["high"], color=SERIES[number], alpha=0.4, linewidth=3)
        axis.plot(x, group["mean"], label=line, markeredgecolor=LIGHT["surface"], **style)
    axis.set_xticks(range(len(names)), list(names["layer"]), rotation=20 if len(names) > 4 else 0)
    axis.set(xlabel="layer, from the input on", ylabel=label, yscale="log" if log else "linear")
    if not log:
        axis.set_ylim(bottom=0)
    if len(lines) > 1:
        axis.figure.legend(loc="outside lower left", ncols=2 if max(map(len, lines)) <= 28 else 1, handlelength=3.2)
