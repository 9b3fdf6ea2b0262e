"""How much seeds differ within the best cells: one dot per seed."""

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from experiments.analysis.rows import rows_of
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import LIGHT
from experiments.report.page_findings import PageFindings
from experiments.study.words import count

MOST = 8


def spread_figure(findings: PageFindings) -> Figure | None:
    """The best cells, a row each, or None where no cell has more than one seed, or seeds make no difference."""
    scale = findings.scale
    cells = findings.cells[findings.cells["rank"].notna()].head(MOST)
    if cells.empty or cells["n"].max() < 2 or not (cells["validation_sd"] > 0).any():
        return None
    trials = findings.trials
    ok = trials[trials["status"].eq("ok") & trials["cell"].isin(cells["cell"])]
    place = {cell: row for row, cell in enumerate(cells["cell"])}
    dots = pd.DataFrame({"place": ok["cell"].map(place), "score": ok[findings.study.validation] * scale.factor})
    level_ones = dots.groupby(["place", dots["score"].round(6)]).cumcount()  # one beside another, up and down in turn
    dots["place"] += 0.07 * ((level_ones + 1) // 2).clip(upper=3) * (-1) ** level_ones
    rows = pd.DataFrame(
        {
            "place": range(len(cells)),
            "mean": cells["validation_mean"].to_numpy() * scale.factor,
            "text": [
                findings.words(row.cell) + (f"  (× {row.diverged} diverged)" if row.diverged else "")
                for row in rows_of(cells)
            ],
        }
    )
    best = findings.best_row
    own = ok.loc[ok["cell"].eq(best["cell"]), findings.study.validation]
    reach = own.max() - own.min()
    lost = f", {best['diverged']} of {count(best['n'], 'seed')} diverged" if best["diverged"] else ""
    title = f"From seed to seed the best configuration varies by {_points(findings, reach)}{lost}"
    if len(cells) > 1:
        gap = abs(best["validation_mean"] - cells["validation_mean"].iloc[1])
        title += f"; the next one is {_points(findings, gap)} away on average"
    said = [
        f"{findings.words(row.cell)}: {scale.span(row.validation_min, row.validation_max)} over {count(row.n, 'seed')}"
        for row in rows_of(cells)
    ]
    many = "The best configuration" if len(cells) == 1 else f"The best {len(cells)} configurations"
    return Figure(
        name="seeds",
        title=title,
        caption=f"{many} by validation, the best on top. A dot is a seed that trained, the bar the mean"
        f"{', with failures at their cost' if cells['diverged'].any() else ' of all'}.",
        alt="; ".join(said) + ".",
        height=0.8 + 0.46 * len(cells),
        draw=lambda axis: draw_spread(axis, rows, dots, scale.axis),
    )


def draw_spread(axis: Axes, rows: pd.DataFrame, dots: pd.DataFrame, label: str) -> None:
    """rows: `place, mean, text`; dots: `place, score`."""
    sns.scatterplot(
        x=dots["score"], y=dots["place"], ax=axis, color=LIGHT["series-1"], alpha=0.65, s=34, linewidth=0, legend=False
    )
    for row in rows_of(rows):
        axis.plot([row.mean] * 2, [row.place - 0.2, row.place + 0.2], color=LIGHT["series-2"], linewidth=2.6)
        axis.annotate(
            row.text, (0, row.place - 0.38), xycoords=("axes fraction", "data"), xytext=(2, 0),
            textcoords="offset points", va="center", fontsize=8.5,
        )  # fmt: skip
    axis.set_ylim(len(rows) - 0.6, -0.65)
    axis.set_yticks([])
    axis.grid(axis="y", visible=False)
    axis.spines["left"].set_visible(False)
    axis.margins(x=0.08)
    axis.set(xlabel=label, ylabel="")


def _points(findings: PageFindings, size: float) -> str:
    text = findings.scale.plain(size)
    if size > 0 and float(text) == 0:
        text = f"less than {10.0**-findings.scale.decimals:.{findings.scale.decimals}f}"
    return f"{text} points" if findings.scale.factor > 1 else text
