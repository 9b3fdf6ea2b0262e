"""What the best configuration scores, from where it was chosen down to seeds that chose nothing."""

import pandas as pd
from matplotlib.axes import Axes

from experiments.analysis.rows import rows_of
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import LIGHT, MARKERS
from experiments.report.page_findings import PageFindings
from experiments.report.text.baseline import baseline_name
from experiments.report.text.scale import Scale
from experiments.study.words import count

SAID = {
    "validation": "validation, where it was chosen",
    "test": "test, the same seeds",
    "fresh validation": "validation, fresh seeds",
    "fresh test": "test, fresh seeds",
}
_SERIES = ("good", "unsure")


def ladder_figure(findings: PageFindings) -> Figure | None:
    """The best and its reference, one row per step; None where there is one step alone."""
    table = findings.ladder
    best = table[table["cell"] == findings.best_cell] if len(table) else table
    if len(best) < 2:
        return None
    scale, names = findings.scale, _names(findings, table)
    rows = table.assign(series=table["cell"].map(list(names).index))
    for column in ("mean", "low", "high", "wide_low", "wide_high"):
        rows[column] *= scale.factor
    steps = [step for step in SAID if step in set(table["step"])]
    rows["place"] = rows["step"].map(steps.index)
    wide = " The thin line holds for other test examples as well." if rows["examples"].any() else ""
    innocent = "fresh seeds" if len(steps) > 2 else "the test set"
    flatters = f"Its first score chose it, and so may flatter it; {innocent} chose nothing."
    if findings.fresh_gain is not None and len(findings.over_baseline):
        before, now = findings.over_baseline.iloc[0]["mean"], findings.fresh_gain["mean"]
        lead = f"Its lead over {baseline_name(findings, rate=False)} on validation data"
        where = " and test examples" if findings.fresh_gain["part"] == "test" else ""
        flatters += f" {lead} was {scale.signed(before)}, on fresh seeds{where} it is {scale.signed(now)}."
    return Figure(
        name="ladder",
        title=f"{next(iter(names.values()))}: {_climb(scale, best, findings.sealed)}",
        caption=f"{flatters} Dots are means over seeds, lines 95 % intervals of each mean.{wide}",
        alt="; ".join(
            f"{names[row.cell]}, {SAID[row.step]}: {scale.score(row.mean)} "
            + (f"({scale.span(row.low, row.high)}, " if row.kind == "interval" else "(")
            + f"{count(row.n, 'seed')})"
            for row in rows_of(table)
        )
        + ".",
        height=1.2 + 0.42 * len(steps) + 0.2 * (len(names) > 1),
        draw=lambda axis: draw_ladder(
            axis, rows, [SAID[step] for step in steps], list(names.values()), scale.metric_axis
        ),
    )


def _climb(scale: Scale, best: pd.DataFrame, sealed: bool) -> str:
    """Like with like where there are fresh seeds: `96.7 % where it was chosen, 97.0 % on fresh seeds`.

    sealed: fresh seeds validate on examples on which others chose, and only what tests them has chosen nothing.
    """
    scores = best.set_index("step")["mean"]
    other = ("fresh validation", "on fresh seeds") if "fresh validation" in scores else ("test", "on the test set")
    if sealed and "fresh test" in scores:
        other = ("fresh test", "on test examples and fresh seeds")
    return f"{scale.score(scores['validation'])} where it was chosen, {scale.score(scores[other[0]])} {other[1]}"


def draw_ladder(axis: Axes, rows: pd.DataFrame, steps: list[str], names: list[str], label: str) -> None:
    """rows: `series, place, mean, low, high, wide_low, wide_high`; steps: a place each; names: of the series."""
    for at, text in enumerate(names):
        own, colour = rows[rows["series"] == at], LIGHT[_SERIES[at % len(_SERIES)]]
        places = own["place"] + 0.16 * (2 * at - len(names) + 1)
        axis.hlines(places, own["wide_low"], own["wide_high"], color=colour, linewidth=1)
        axis.hlines(places, own["low"], own["high"], color=colour, linewidth=2.6)
        axis.plot(own["mean"], places, MARKERS[at], color=colour, markersize=7, linestyle="", label=text)
    axis.set_yticks(range(len(steps)), steps)
    axis.set_ylim(len(steps) - 0.5, -0.5)
    axis.grid(axis="y", visible=False)
    axis.tick_params(axis="y", length=0)
    axis.set_xlabel(label, loc="right")
    if len(names) > 1:
        axis.figure.legend(loc="outside lower left", ncols=1, handlelength=1.2)


def _names(findings: PageFindings, table: pd.DataFrame) -> dict[str, str]:
    cells = dict.fromkeys(table["cell"])
    who = {findings.reference: f" ({baseline_name(findings, rate=False)})"}
    return {cell: f"{findings.words(cell)}{who.get(cell, '') if len(cells) > 1 else ''}" for cell in cells}
