"""A grid: the share of the variance between configurations that is due to each factor and interaction."""

import pandas as pd
from matplotlib.axes import Axes

from experiments.analysis.variance import REST
from experiments.report.figure import Figure
from experiments.report.findings import Findings
from experiments.report.style import LIGHT
from experiments.report.words import level, listed, name

MOST = 8  # rows; small shares beyond are left to the alternative text


def variance_figure(findings: Findings) -> Figure | None:
    """The figure of a grid; None for other designs, and where cells do not differ by more than noise."""
    table = findings.variance
    if table.empty:
        return None
    shares = table.assign(
        term=[term(factors, len(findings.study.varied)) for factors in table["factors"]],
        **{end: 100 * table[end] for end in ("share", "low", "high")},
    ).sort_values("share", ascending=False, kind="stable")
    first = shares.iloc[0]
    reach = f" ({first['low']:.0f} to {first['high']:.0f})" if first["low"] == first["low"] else ""
    subject = first["term"].capitalize() if len(first["factors"]) == 1 else f"{first['term'].capitalize()} together"
    most = f"{'matters' if len(first['factors']) == 1 else 'matter'} most"
    drawn = shares.head(MOST)
    said = [f"{row.term} {row.share:.0f} %" for row in shares.itertuples()]
    left = _left_out(findings)
    return Figure(
        name="variance",
        title=f"{subject} {most}: {first['share']:.0f} % of the variance between configurations{reach}",
        caption="Variance: how far the mean scores of configurations lie apart, as squared distances from their mean. "
        "Its shares are due to a factor alone, or (×) to two together beyond what each does alone; what chance "
        "alone would give is taken off. Lines are 95 % intervals over seeds. It holds for the levels that were "
        f"tried{left}.",
        alt="; ".join(said) + ".",
        height=0.8 + 0.3 * len(drawn),
        draw=lambda axis: draw_variance(axis, drawn),
    )


def term(factors: tuple[str, ...], varied: int) -> str:
    """What a share is due to, in words. varied: how many factors are.

    >>> term(("activation", "learning_rate"), 3), term((REST,), 3), term((REST,), 4)
    ('activation × learning rate', 'all three together', 'three or more together')
    """
    if factors == (REST,):
        return "all three together" if varied == 3 else REST
    return " × ".join(map(name, factors))


def draw_variance(axis: Axes, table: pd.DataFrame) -> None:
    """table: `term, factors, share, low, high`, in per cent."""
    axis.axvline(0, color=LIGHT["muted"], linewidth=1)
    places = range(len(table))
    colours = [
        LIGHT["series-2" if len(factors) > 1 or factors == (REST,) else "series-1"] for factors in table["factors"]
    ]
    axis.hlines(places, table["low"], table["high"], color=colours, linewidth=2.4)
    axis.scatter(table["share"], places, s=45, linewidth=0, zorder=3, c=colours)
    axis.set_yticks(places, list(table["term"]))
    axis.set(ylabel="", ylim=(len(table) - 0.5, -0.5))
    axis.spines["left"].set_visible(False)
    axis.set_xlabel("Share of the variance between configurations (%)", loc="right")


def _left_out(findings: Findings) -> str:
    """Levels that were left out because they did not train everywhere."""
    study = findings.study
    gone = [
        level(factor, one)
        for factor in study.varied
        for one in study.factors[factor]
        if one not in findings.balanced_levels[factor]
    ]
    return f", without {listed(gone)}, where some trials have no score" if gone else ""
