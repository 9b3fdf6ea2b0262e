"""Performance profiles: what share of each level's runs reaches a score."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from experiments.analysis.profiles import profiles
from experiments.analysis.rows import rows_of
from experiments.report.figures.figure import Figure
from experiments.report.figures.lines import lines_of
from experiments.report.figures.style import DASHES, SERIES
from experiments.report.page_findings import PageFindings
from experiments.study.words import join_words

MOST_BANDS = 3  # more of them hide each other


def profiles_figure(findings: PageFindings) -> Figure | None:
    """Profiles of the main factor's levels, of the changes, or of the best cells; None where none has two runs."""
    lines, what = lines_of(findings)
    table, scale = profiles(findings.trials, findings.study, list(lines)), findings.scale
    if table.empty or table["runs"].max() < 2:
        return None
    table["line"] = table["cell"].map(lines)
    table["at"] = table["score"] * scale.factor
    reached = table[table["share"] >= 0.5].groupby("line", sort=False).tail(1)  # the best score that half of them reach
    reached = reached.sort_values("score", ascending=findings.study.direction == "max", kind="stable")
    half = [f"{scale.score(row.score)} with {row.line}" for row in rows_of(reached)]
    ends = half[:1] if len(half) == 1 else [half[0], half[-1]]
    cost = ", diverged runs with the score that a failure costs" if findings.counts["diverged"] else ""
    bands = "Bands are 95 % intervals of a share, each point by itself. " if len(half) <= MOST_BANDS else ""
    return Figure(
        name="profiles",
        title=f"Half of the runs reach {' to '.join(ends)}",
        caption=f"How many of the runs score at least so {_well(findings)}; {what}{cost}. {bands}"
        "Profiles show how scores are spread; the outcomes above decide.",
        alt=f"Half of the runs reach {join_words(half)}.",
        height=3.1 + 0.2 * ((len(lines) + 1) // 2),
        draw=lambda axis: draw_profiles(axis, table, scale.axis, falling=findings.study.direction == "min"),
    )


def _well(findings: PageFindings) -> str:
    return "high" if findings.study.direction == "max" else "low"


def draw_profiles(axis: Axes, table: pd.DataFrame, label: str, *, falling: bool) -> None:
    """table: `line, at, share, low, high`, the worst score first. falling: whether lower scores are better."""
    groups = [(str(line), group) for line, group in table.groupby("line", sort=False)]
    alpha = 0.14 if len(groups) <= MOST_BANDS else 0.0
    for place, (line, group) in enumerate(groups):
        band = group["low"], group["high"]
        axis.fill_between(group["at"], *band, alpha=alpha, linewidth=0, step="pre", color=SERIES[place])
        axis.step(group["at"], group["share"], where="pre", label=line, color=SERIES[place], linestyle=DASHES[place])
    axis.set_ylim(-0.02, 1.02)
    axis.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    axis.set(xlabel=label, ylabel="Runs that reach it")
    if falling:
        axis.invert_xaxis()  # better scores to the right, as elsewhere
    if len(groups) > 1:
        columns = 2 if max(len(line) for line, _ in groups) <= 28 else 1
        axis.figure.legend(loc="outside lower left", ncols=columns, handlelength=3.2)
