"""Learning curves: the mean over seeds after each epoch, with the middle of the seeds as a band."""

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from experiments.analysis.curves import curve_table
from experiments.report.figures.figure import Figure
from experiments.report.figures.lines import lines_of
from experiments.report.figures.style import DASHES, LIGHT, MARKERS, SERIES
from experiments.report.page_findings import PageFindings
from experiments.study.words import capitalize

FEW_EPOCHS = 12


def curves_figure(findings: PageFindings) -> Figure | None:
    """Curves of the main factor's levels, of the changes, or of the best cells; None without any history."""
    lines, what = lines_of(findings)
    history, scale = findings.results.history, findings.scale
    table = curve_table(history, findings.trials, list(lines), findings.study.validation)
    if table.empty:
        return None
    table[["mean", "low", "high"]] *= scale.factor
    table["line"] = table["cell"].map(lines)
    ends = table.groupby("line", sort=False).tail(1)
    ranked = ends.sort_values("mean", ascending=findings.study.sign < 0, kind="stable")
    scores = [scale.score(mean / scale.factor) for mean in ranked["mean"]]
    said = [f"{line} ends at {score}" for line, score in zip(ranked["line"], scores, strict=True)]
    return Figure(
        name="curves",
        title=_title(list(ranked["line"]), scores, findings.study.design),
        caption=f"Lines are means over seeds, bands hold the middle 80 % of them; {what}. Seeds that diverged "
        "are left out.",
        alt="; ".join(said) + ".",
        height=3.1 + 0.2 * ((len(lines) + 1) // 2),
        draw=lambda axis: draw_curves(axis, table, scale.axis),
    )


def _title(lines: list[str], scores: list[str], design: str) -> str:
    """lines and scores: the best first."""
    if len(lines) == 1:
        return f"{capitalize(lines[0])} ends at {scores[0]}"
    if len(set(scores)) == 1:
        return f"All end at {scores[0]}"
    if design == "random":
        return f"The best {len(lines)} draws end between {min(scores)} and {max(scores)}"
    return f"Means end at {scores[0]} ({lines[0]}) to {scores[-1]} ({lines[-1]})"


def draw_curves(axis: Axes, table: pd.DataFrame, label: str) -> None:
    """table: `line, epoch, mean, low, high`."""
    lines = list(dict.fromkeys(table["line"]))
    markers = table["epoch"].nunique() <= FEW_EPOCHS
    for place, (line, group) in enumerate(table.groupby("line", sort=False)):
        epochs, colour = group["epoch"], SERIES[place]
        axis.fill_between(epochs, group["low"], group["high"], color=colour, alpha=0.16, linewidth=0)
        sns.lineplot(
            x=epochs, y=group["mean"], ax=axis, label=line, color=colour, linestyle=DASHES[place],
            marker=MARKERS[place] if markers else None, markeredgecolor=LIGHT["surface"], errorbar=None,
            legend=False,
        )  # fmt: skip
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.set(xlabel="Epoch", ylabel=label)
    if len(lines) > 1:
        columns = 2 if max(map(len, lines)) <= 28 else 1
        axis.figure.legend(loc="outside lower left", ncols=columns, handlelength=3.2)
