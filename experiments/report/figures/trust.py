"""The trust strip: comparisons of a cell with itself that found something, and planted effects that were found."""

import pandas as pd
from matplotlib.axes import Axes

from experiments.analysis.rows import rows_of
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import LIGHT
from experiments.report.page_findings import PageFindings


def trust_figure(findings: PageFindings) -> Figure | None:
    """Counts in the bands where they should lie; None where the study was not calibrated."""
    calibration = findings.calibration
    if calibration is None or not calibration["comparisons"]:
        return None
    total, gap = int(calibration["comparisons"]), findings.scale.gap(calibration["delta"])
    rows, seeds = count_table(calibration, gap), f"{calibration['seeds']:.0f}"
    said = [f"{row.text}: {row.count:.0f} of {row.of:.0f} found, {row.band} expected" for row in rows_of(rows)]
    first = rows.iloc[0]
    alone = (
        "Below that, each single side was held against the mean of all others, for what is skewed in both sides "
        "cancels in their difference. "
        if len(rows) > 2
        else ""
    )
    return Figure(
        name="trust",
        title=f"Compared with itself {total} times, a difference was found {first['count']:.0f} times ({first['band']} "
        "expected)",
        caption="Both sides of a comparison are the same configuration, trained on the same "
        f"{seeds} seeds with other initial weights (and dropout, where there is any), each comparison at "
        "95 % by itself, so that a difference is found more easily than among levels, which share their 5 %: it is "
        f"the method that is tested here, not how much this study can find. {alone}Last, {gap} were added to one side "
        "of each. All counts lie in their bands in 98 % of studies where the method keeps what it says; the last band "
        f"is what these pairs predict where they are put together anew ({100 * calibration['power']:.0f} % found).",
        alt="; ".join(said) + ".",
        height=0.7 + 0.4 * len(rows),
        draw=lambda axis: draw_trust(axis, rows),
    )


def count_table(calibration: pd.Series, gap: str) -> pd.DataFrame:
    """The counts of `calibration`: `text, count, of, low, high, band` (in words), `fine`."""
    texts = {"rejected": "nothing there", "apart": "one side alone", "found": f"{gap} planted"}
    names = [name for name in texts if calibration[name] == calibration[name]]
    rows = pd.DataFrame(
        {
            "text": [texts[name] for name in names],
            "count": [calibration[name] for name in names],
            **{end: [calibration[f"{name}_{end}"] for name in names] for end in ("of", "low", "high")},
        }
    )
    rows["band"] = [f"{row.low:.0f} to {row.high:.0f}" if row.low else f"up to {row.high:.0f}" for row in rows_of(rows)]
    rows["fine"] = rows["count"].between(rows["low"], rows["high"])
    return rows


def draw_trust(axis: Axes, rows: pd.DataFrame) -> None:
    """rows: of `count_table`."""
    for place, row in enumerate(rows_of(rows)):
        share = 100 / row.of
        axis.barh(place, share * (row.high - row.low), left=share * row.low, height=0.5, color=LIGHT["line"])
        colour = LIGHT["good" if row.fine else "bad"]
        axis.plot([share * row.count], [place], "o" if row.fine else "X", color=colour, markersize=8)
    axis.set_yticks(range(len(rows)), rows["text"])
    axis.set(xlim=(-2, 102), ylim=(len(rows) - 0.5, -0.5))
    axis.grid(axis="y", visible=False)
    axis.tick_params(axis="y", length=0)
    axis.set_xlabel("Comparisons that find a difference (%)", loc="right")
