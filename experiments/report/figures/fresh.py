"""The declared comparisons again on fresh seeds, beside what the seeds that chose them showed."""

from dataclasses import replace

import pandas as pd
from matplotlib.axes import Axes

from experiments.analysis.rows import rows_of
from experiments.report.figures.comparisons import Headings, comparison_rows, comparisons_to_draw, draw_headed
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import LIGHT, outcome_colour
from experiments.report.page_findings import PageFindings
from experiments.report.text.sentences import with_condition
from experiments.study.words import count, level, short


def fresh_figure(findings: PageFindings) -> Figure | None:
    """Two intervals a comparison; None where no comparison has a fresh seed on which both sides trained.

    A grid's learning rates are left out, as in the figure of the comparisons themselves.
    """
    table = comparisons_to_draw(findings, findings.fresh_effects)
    if table.empty:
        return None
    scale, before = findings.scale, findings.effects.loc[table.index]
    rows, headings = comparison_rows(findings, table)
    ends = ["mean", "low", "high"]
    rows[[f"before_{end}" for end in ends]] = before[ends] * scale.factor
    same = int((table["outcome"].to_numpy() == before["outcome"].to_numpy()).sum())
    seeds, delta = int(table["n"].max()), table["delta"].max()
    tested = table["part"].eq("test").all()
    axis_label = replace(scale, part="").gain_axis if tested else scale.gain_axis
    where = (" on validation data", " on test examples") if tested else ("", "")
    return Figure(
        name="fresh",
        title=f"On {count(seeds, 'fresh seed')} {_as_before(same, len(table))}",
        caption="Of each pair the upper one, thin and with an open dot, is the interval from the seeds that chose "
        f"rates and winner{where[0]}, the lower one that from fresh seeds{where[1]}, which chose nothing. "
        "Each is at the level at which its comparison was judged. The band "
        f"holds differences up to {scale.gap(delta)}, too small to "
        "matter.",
        alt="; ".join(
            f"{level(row.factor, row.level)} against {short(row.reference)}{with_condition(row.condition)}: "
            f"{scale.signed(row.mean)} ({scale.span(row.low, row.high)}), {row.outcome}"
            for row in rows_of(table)
        )
        + ".",
        height=0.9 + 0.34 * (rows["place"].max() + 1),
        draw=lambda axis: draw_fresh(axis, rows, headings, delta * scale.factor, axis_label),
    )


def _as_before(same: int, total: int) -> str:
    if same == total:
        return "the verdict is as before" if total == 1 else f"all {total} verdicts are as before"
    return f"{same or 'none'} of {count(total, 'verdict')} {'is' if same == 1 else 'are'} as before"


def draw_fresh(axis: Axes, rows: pd.DataFrame, headings: Headings, delta: float, label: str) -> None:
    """rows: `place, tick, outcome, mean, low, high` and the same with `before_`; delta: the smallest effect."""
    axis.axvspan(-delta, delta, color=LIGHT["line"], alpha=0.55, linewidth=0, zorder=0)
    axis.axvline(0, color=LIGHT["muted"], linewidth=1)
    for row in rows_of(rows):
        for shift, colour, ends in (
            (-0.17, LIGHT["muted"], (row.before_low, row.before_mean, row.before_high)),
            (0.17, outcome_colour(row.outcome), (row.low, row.mean, row.high)),
        ):
            low, mean, high = ends
            old = shift < 0
            axis.plot([low, high], [row.place + shift] * 2, color=colour, linewidth=1.2 if old else 2.6)
            face = LIGHT["surface"] if old else colour
            axis.plot([mean], [row.place + shift], "o", color=colour, markerfacecolor=face, markersize=5 if old else 8)
    draw_headed(axis, rows, headings)
    axis.spines["left"].set_visible(False)
    axis.set_xlabel(label, loc="right")
