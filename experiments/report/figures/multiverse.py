"""The headline's comparison under every choice: an interval for each way of looking at it."""

import pandas as pd
from matplotlib.axes import Axes

from experiments.analysis.multiverse import FLIPS, T
from experiments.analysis.rows import rows_of
from experiments.report.figures.comparisons import Headings, draw_headed, place_under_headings
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import LIGHT, outcome_colour
from experiments.report.page_findings import PageFindings

MOST = 24  # rows; more choices than these would be a wall


def multiverse_figure(findings: PageFindings) -> Figure | None:
    """A row for each learning-rate rule, failure rule and score; None where there is one, or nothing to compare."""
    analyses = findings.multiverse
    if analyses.empty or analyses["test"].eq(T).sum() < 2:
        return None
    scale, keys = findings.scale, ["rate", "failures", "score"]
    rows = analyses[analyses["test"].eq(T)].head(MOST).reset_index(drop=True)
    flipped = analyses[analyses["test"].eq(FLIPS)].set_index(keys)["outcome"]
    ways = list(rows[keys].itertuples(index=False, name=None))
    rows["agrees"] = [flipped.get(way, out) == out for way, out in zip(ways, rows["outcome"], strict=True)]
    varied = [name for name in ("rate", "failures") if analyses[name].nunique() > 1]
    heads = [", ".join(row[name] for name in varied) or "the scores" for _, row in rows.iterrows()]
    rows["place"], headings = place_under_headings(heads, heads)
    rows["tick"] = rows["score"].str.removeprefix("scores ")
    rows[["mean", "low", "high"]] *= scale.factor
    label = scale.gain_axis.replace("validation ", "")  # rows of test data are among them
    held, delta = int(analyses["holds"].sum()), analyses["delta"].iloc[0]
    return Figure(
        name="multiverse",
        title=f"The verdict holds in {held} of {len(analyses)} analyses",
        caption="Each row is the comparison of the first sentence, looked at in another way: its gain and interval by "
        "Student’s t at the level of that sentence. An open dot: sign flips come to another outcome. The band holds "
        f"differences up to {scale.gap(delta)}, too small to matter.",
        alt="; ".join(
            f"{head}, {row.score}: {scale.signed(row.mean / scale.factor)}, {row.outcome}"
            for head, row in zip(heads, rows_of(rows), strict=True)
        )
        + ".",
        height=0.9 + 0.3 * (rows["place"].max() + 1),
        draw=lambda axis: draw_multiverse(axis, rows, headings, delta * scale.factor, label),
    )


def draw_multiverse(axis: Axes, rows: pd.DataFrame, headings: Headings, delta: float, label: str) -> None:
    """rows: `place, tick, outcome, mean, low, high, agrees`, the headline's own first; delta: the smallest effect."""
    axis.axvspan(-delta, delta, color=LIGHT["line"], alpha=0.55, linewidth=0, zorder=0)
    axis.axvline(0, color=LIGHT["muted"], linewidth=1)
    axis.axvline(rows["mean"].iloc[0], color=LIGHT["muted"], linewidth=0.8, linestyle=":")
    for row in rows_of(rows):
        colour = outcome_colour(row.outcome)
        axis.plot([row.low, row.high], [row.place] * 2, color=colour, linewidth=2.2)
        face = colour if row.agrees else LIGHT["surface"]
        axis.plot([row.mean], [row.place], "o", color=colour, markerfacecolor=face)
    draw_headed(axis, rows, headings)
    axis.spines["left"].set_visible(False)
    axis.set_xlabel(label, loc="right")
