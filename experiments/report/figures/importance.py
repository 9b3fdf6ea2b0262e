"""A random design: which factor the variance between draws is due to."""

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from experiments.analysis.rows import rows_of
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import LIGHT
from experiments.report.page_findings import PageFindings
from experiments.study.words import count, join_words, name

LEAST_EXPLAINED = 0.2  # of the variance, below which the shares would be noise


def importance_figure(findings: PageFindings) -> Figure | None:
    """The figure of a random design; None for others, or where too little of the variance can be predicted."""
    table = findings.importance
    if not says_anything(table):
        return None
    explained = table["explained"].iloc[0]
    drawn = table.assign(
        factor=table["factor"].map(name), **{end: 100 * table[end] for end in ("importance", "low", "high")}
    )
    said = [f"{row.factor} {row.importance:.0f} %" for row in rows_of(drawn)]
    return Figure(
        name="importance",
        title=_title(drawn),
        caption="Variance: how far the mean scores of draws lie apart, as squared distances from their mean. Its "
        "shares are due to a factor, alone or together with others (so they may add up to more than 100 %), as a "
        f"random forest has it that predicts {100 * explained:.0f} % of the variance of draws that it has not seen. "
        "Lines are the range over four divisions of the draws.",
        alt="; ".join(said) + ".",
        height=0.8 + 0.32 * len(drawn),
        draw=lambda axis: draw_importance(axis, drawn),
    )


def _title(table: pd.DataFrame) -> str:
    """What matters; most only where it is shown. table: of `importance_table`, in per cent."""
    first, no_less = table.iloc[0], table.loc[~table["behind"], "factor"].iloc[1:]
    subject, share = first["factor"].capitalize(), f"{first['importance']:.0f} % of the variance between draws"
    if len(no_less):
        return f"{subject}: {share}, not shown to matter more than {join_words(list(no_less))}"
    return f"{subject} matters{' most' if len(table) > 1 else ''}: {share}"


def says_anything(table: pd.DataFrame) -> bool:
    """Whether `importance_table` explains enough to be shown."""
    return bool(len(table)) and table["explained"].iloc[0] >= LEAST_EXPLAINED


def importance_text(findings: PageFindings) -> str:
    """What is to be said where there is no figure; empty for designs that have none."""
    table, scored = findings.importance, int(findings.cells["rank"].notna().sum())
    if findings.study.design != "random" or not scored:
        return ""
    if table.empty:
        return f"{count(scored, 'draw')} with a score: too few to say which factor matters."
    if not says_anything(table):
        return (
            f"From {count(scored, 'draw')} with a score nothing can be said: a random forest that has learnt from some "
            "of them predicts the others hardly better than their mean does."
        )
    return ""


def draw_importance(axis: Axes, table: pd.DataFrame) -> None:
    """table: `factor, importance, low, high`, in per cent."""
    axis.axvline(0, color=LIGHT["muted"], linewidth=1)
    axis.hlines(table["factor"], table["low"], table["high"], color=LIGHT["series-1"], linewidth=2.4)
    sns.scatterplot(
        x=table["importance"], y=table["factor"], ax=axis, s=70, color=LIGHT["series-1"], linewidth=0, legend=False,
        zorder=3,
    )  # fmt: skip
    axis.set(ylabel="", ylim=(len(table) - 0.5, -0.5), xlim=(min(0, table["low"].min()) - 3, None))
    axis.spines["left"].set_visible(False)
    axis.set_xlabel("Share of the variance between draws (%)", loc="right")
