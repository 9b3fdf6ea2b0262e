"""Of 100 reruns: how often the best configuration would score above the baseline, as icons."""

import numpy as np
from matplotlib.axes import Axes

from experiments.analysis.best import count_candidates
from experiments.analysis.failures import wilson
from experiments.analysis.intervals import ALPHA, effective
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import LIGHT
from experiments.report.page_findings import PageFindings
from experiments.report.text.answer_declared import sides
from experiments.report.text.baseline import baseline_name
from experiments.study.words import circumstance

FEWEST = 5  # seeds, below which a share of them says next to nothing
_ROWS, _ALL = 5, 100


def reruns_figure(findings: PageFindings) -> Figure | None:
    """A hundred icons by the seeds that the best configuration won, tied and lost, or where the question declares a
    comparison its first side; None without a comparison seed by seed.

    A rerun trains both once, with one new seed; a failure loses. The interval is
    Wilson's, 95 %; where what ranks first was chosen on the same seeds it allows for the choice (Bonferroni), and where
    seeds overlap for that.
    """
    declared = findings.primary is not None
    row = findings.deciding_primary if declared else findings.deciding_gain
    if row is None or not row["paired"] or row["runs"] < FEWEST:
        return None
    runs, wins, losses = int(row["runs"]), int(row["wins"]), int(row["losses"])
    shares = icons(wins, runs - wins - losses, losses)
    fresh = row is not findings.primary if declared else findings.fresh_gain is not None
    others = 1 if declared or fresh else max(count_candidates(findings.cells) - 1, 1)
    independent = effective(runs, 0.0 if fresh else findings.study.overlap)
    low, high = wilson(float(wins / runs * independent), float(independent), ALPHA / others)
    best, reference = findings.words(row["cell"]), findings.words(row["reference_cell"])
    span = f"{_ALL * low:.0f} to {_ALL * high:.0f}"
    who, name = sides(row) if declared else ("what ranks first", baseline_name(findings))
    at = f", both with {circumstance(row['condition'])}" if declared and row["condition"] else ""
    other = reference if declared or name == reference else f"{name}, {reference}"
    seeds = f"{runs} fresh seeds." if fresh else f"{runs} seeds.{'' if declared else f' {_describe_choice(findings)}'}"
    return Figure(
        name="reruns",
        title=f"Of 100 reruns{at}, {who} would beat {name} in about {shares[0]} ({span}), lose to it in {shares[2]}",
        caption=f"An icon is a rerun of both with a seed of its own: {best} scores higher (blue), lower (orange), or "
        f"neither (grey) than {other}; counted on {seeds}",
        alt=f"{best} against {reference}: {shares[0]} won, {shares[1]} equal, {shares[2]} lost.",
        height=1.3,
        draw=lambda axis: draw_reruns(axis, shares),
    )


def _describe_choice(findings: PageFindings) -> str:
    return (
        f"It was chosen among {len(findings.cells)} on these same seeds, so this flatters it; the interval allows for "
        "that. It shows what single runs would look like, and is no evidence that it wins."
    )


def icons(*counts: int) -> list[int]:
    """Counts as parts of 100, by largest remainders.

    >>> icons(2, 0, 1), icons(1, 1, 1)
    ([67, 0, 33], [34, 33, 33])
    """
    exact = _ALL * np.array(counts) / sum(counts)
    parts = np.floor(exact).astype(int)
    for place in np.argsort(parts - exact, kind="stable")[: _ALL - parts.sum()]:
        parts[place] += 1
    return [int(part) for part in parts]


def draw_reruns(axis: Axes, shares: list[int]) -> None:
    """shares: icons won, equal and lost, 100 in all."""
    colours = np.repeat([LIGHT["good"], LIGHT["unsure"], LIGHT["bad"]], shares)
    marks = np.repeat(["o", "s", "v"], shares)
    for mark in dict.fromkeys(marks):
        at = np.flatnonzero(marks == mark)
        axis.scatter(at // _ROWS, at % _ROWS, c=colours[at], marker=str(mark), s=38, linewidth=0)
    axis.set(xlim=(-0.8, _ALL / _ROWS - 0.2), ylim=(_ROWS - 0.4, -0.6))
    axis.axis("off")
