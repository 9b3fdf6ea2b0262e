"""Learning curves: the mean over seeds after each epoch, with the middle of the seeds as a band."""

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from experiments.analysis.arms import arm
from experiments.analysis.curves import curve_table
from experiments.analysis.declared import RATE
from experiments.report.figure import Figure
from experiments.report.findings import Findings
from experiments.report.style import DASHES, LIGHT, MARKERS, SERIES
from experiments.report.words import level, opened

MOST = len(SERIES)
FEW_EPOCHS = 12


def curves_figure(findings: Findings) -> Figure | None:
    """Curves of the main factor's levels, of the changes, or of the best cells; None without any history."""
    lines, what = _lines(findings)
    history, scale = findings.results.history, findings.scale
    table = curve_table(history, findings.common_trials, list(lines), findings.study.validation)
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
        return f"{opened(lines[0])} ends at {scores[0]}"
    if len(set(scores)) == 1:
        return f"All end at {scores[0]}"
    if design == "random":
        return f"The best {len(lines)} draws end between {min(scores)} and {max(scores)}"
    return f"{opened(lines[0])} ends best, at {scores[0]}; {lines[-1]} ends last, at {scores[-1]}"


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


def _lines(findings: Findings) -> tuple[dict[str, str], str]:
    """Cell → its name in the legend, and what was chosen in words."""
    study, cells = findings.study, findings.cells
    ranked = cells[cells["rank"].notna()]
    if study.design == "leave-one-out" and findings.reference:
        cells_ = [findings.reference, *(row.cell for row in _present(findings))][:MOST]
        return {cell: findings.words(cell) for cell in cells_}, "the whole, and each part taken away"
    if study.design == "one-factor" and findings.reference:
        by_gain = sorted(_present(findings), key=lambda row: -row.mean)
        cells_ = [findings.reference, *(row.cell for row in by_gain)][:MOST]
        return {cell: findings.words(cell) for cell in cells_}, "the baseline and the changes that score best"
    factors = [factor for factor in study.main if factor != RATE]
    if study.design == "grid" and factors:
        factor = factors[0]
        arms = {one: arm(cells, study, {factor: one}) for one in study.factors[factor]}
        scored = set(ranked["cell"])
        lines = {cell: level(factor, one) for one, cell in arms.items() if cell in scored}
        held = "other factors at the baseline" if len(study.varied) > 1 else "nothing else varied"
        rate = ", each at its own best learning rate" if findings.tuned else ""
        return dict(list(lines.items())[:MOST]), f"{held}{rate}"
    best = ranked.head(5)
    return {cell: findings.words(cell) for cell in best["cell"]}, "the best configurations"


def _present(findings: Findings) -> list:
    table = findings.effects
    return list(table[table["n"] > 0].itertuples())
