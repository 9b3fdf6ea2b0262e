"""The trust strip: comparisons of a cell with itself that found something, and planted effects that were found."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from experiments.report.figure import Figure
from experiments.report.findings import Findings
from experiments.report.style import LIGHT


def trust_figure(findings: Findings) -> Figure | None:
    """Two counts in the bands where they should lie; None where the study was not calibrated."""
    found = findings.calibration
    if found is None or not found["comparisons"]:
        return None
    total, gap = int(found["comparisons"]), findings.scale.gap(found["delta"])
    rows = pd.DataFrame(
        {
            "text": ["nothing there", f"{gap} planted"],
            **{
                name: [found[f"rejected{end}"], found[f"found{end}"]]
                for name, end in (("count", ""), ("low", "_low"), ("high", "_high"))
            },
        }
    )
    rows["fine"] = rows["count"].between(rows["low"], rows["high"])
    counts = [int(one) for one in rows["count"]]
    bands = [f"{row.low:.0f} to {row.high:.0f}" for row in rows.itertuples()]
    return Figure(
        name="trust",
        title=f"Compared with itself {total} times, a difference was found {counts[0]} times ({bands[0]} expected)",
        caption="Both sides of a comparison are the same configuration, trained on the same "
        f"{found['seeds']:.0f} seeds with other initial weights (and dropout, where there is any), each comparison at "
        "95 % by itself, so that a difference is found more easily than among levels, which share their 5 %: it is "
        f"the method that is tested here, not how much this study can find. Below, {gap} were added to one side of "
        "each. Bands hold 99 % of such counts where the method keeps what it says; the lower one is what the spread "
        f"over seeds predicts ({100 * found['power']:.0f} % found).",
        alt=f"Nothing there: {counts[0]} found, {bands[0]} expected. {gap} planted: {counts[1]} found, {bands[1]} "
        "expected.",
        height=1.5,
        draw=lambda axis: draw_trust(axis, rows, total),
    )


def draw_trust(axis: Axes, rows: pd.DataFrame, total: int) -> None:
    """rows: `text, count, low, high, fine`; total: comparisons."""
    for place, row in enumerate(rows.itertuples()):
        axis.barh(place, row.high - row.low, left=row.low, height=0.5, color=LIGHT["line"])
        colour = LIGHT["good" if row.fine else "bad"]
        axis.plot([row.count], [place], "o" if row.fine else "X", color=colour, markersize=8)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.set_yticks(range(len(rows)), rows["text"])
    axis.set(xlim=(-0.02 * total, 1.02 * total), ylim=(len(rows) - 0.5, -0.5))
    axis.grid(axis="y", visible=False)
    axis.tick_params(axis="y", length=0)
    axis.set_xlabel(f"Comparisons of {total} that find a difference", loc="right")
