"""A grid: the share of the variance between configurations that is due to each factor and interaction."""

import pandas as pd
from matplotlib.axes import Axes

from experiments.analysis.rows import rows_of
from experiments.analysis.variance import LEVEL, REST
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import LIGHT
from experiments.report.page_findings import PageFindings
from experiments.study.words import join_words, level, name

MOST = 8  # rows; small shares beyond are left to the alternative text
NAMED = 3  # in the title


def variance_figure(findings: PageFindings) -> Figure | None:
    """The figure of a grid; None for other designs, and where no share is shown to be above chance."""
    table = findings.variance
    if not table["shown"].any():
        return None
    shares = table.assign(
        term=[term(factors, len(findings.study.varied)) for factors in table["factors"]],
        **{end: 100 * table[end] for end in ("share", "low", "high")},
    )
    drawn = shares.head(MOST)
    said = [f"{row.term} {row.share:.0f} %{'' if row.shown else ' (not shown)'}" for row in rows_of(shares)]
    left = _describe_left_out(findings)
    return Figure(
        name="variance",
        title=_title(shares),
        caption="Variance: how far the mean scores of configurations lie apart, as squared distances from their mean. "
        "Its shares are due to a factor alone, or (×) to two together beyond what each does alone; what chance "
        "alone would give is taken off. Filled dots are shown to be above chance (F tests over the seeds, together "
        f"wrong in {100 * LEVEL:.0f} % at most), hollow ones are not. Lines are 95 % intervals over seeds. It holds "
        f"for the levels that were tried{left}.",
        alt="; ".join(said) + ".",
        height=0.8 + 0.3 * len(drawn),
        draw=lambda axis: draw_variance(axis, drawn),
    )


def variance_text(findings: PageFindings) -> str:
    """What is to be said where shares of the variance are known and none is shown; else nothing."""
    table = findings.variance
    if table.empty or table["shown"].any():
        return ""
    return (
        "No factor is shown to matter, nor any two of them together: their shares of the variance between "
        f"configurations may all be chance (F tests over the seeds, p = {table['p'].min():.2g} at least, for all of "
        f"them together)."
    )


def _title(shares: pd.DataFrame) -> str:
    """What matters; most only where every other share is shown to be smaller. shares: in per cent."""
    first, shown = shares.iloc[0], shares[shares["shown"]]
    most = first["shown"] and shares["behind"].iloc[1:].all()
    if most or len(shown) == 1:
        row = first if most else shown.iloc[0]
        together = len(row["factors"]) > 1 or row["factors"] == (REST,)
        subject = f"{row['term'].capitalize()} together matter" if together else f"{row['term'].capitalize()} matters"
        reach = f" ({row['low']:.0f} to {row['high']:.0f})" if row["low"] == row["low"] else ""
        whose = " of the variance between configurations"
        return f"{subject}{' most' if most else ''}: {row['share']:.0f} %{whose}{reach}"
    named = [f"{row.term} ({row.share:.0f} % of the variance)" for row in rows_of(shown.head(NAMED))]
    more = [f"{len(shown) - NAMED} more"] if len(shown) > NAMED else []
    return f"What matters: {join_words([*named, *more])}; which of them most is not shown"


def term(factors: tuple[str, ...], varied: int) -> str:
    """What a share is due to, in words. varied: how many factors are.

    >>> term(("activation", "learning_rate"), 3), term((REST,), 3), term((REST,), 4)
    ('activation × learning rate', 'all three together', 'three or more together')
    """
    if factors == (REST,):
        return "all three together" if varied == 3 else REST
    return " × ".join(map(name, factors))


def draw_variance(axis: Axes, table: pd.DataFrame) -> None:
    """table: `term, factors, share, low, high`, in per cent, and `shown`."""
    axis.axvline(0, color=LIGHT["muted"], linewidth=1)
    places = range(len(table))
    colours = [
        LIGHT["series-2" if len(factors) > 1 or factors == (REST,) else "series-1"] for factors in table["factors"]
    ]
    axis.hlines(places, table["low"], table["high"], color=colours, linewidth=2.4)
    fills = [colour if shown else LIGHT["surface"] for colour, shown in zip(colours, table["shown"], strict=True)]
    axis.scatter(table["share"], places, s=45, linewidth=1.4, zorder=3, facecolors=fills, edgecolors=colours)
    axis.set_yticks(places, list(table["term"]))
    axis.set(ylabel="", ylim=(len(table) - 0.5, -0.5))
    axis.spines["left"].set_visible(False)
    axis.set_xlabel("Share of the variance between configurations (%)", loc="right")


def _describe_left_out(findings: PageFindings) -> str:
    """Levels that were left out because they did not train everywhere."""
    study = findings.study
    gone = [
        level(factor, own_level)
        for factor in study.varied
        for own_level in study.factors[factor]
        if own_level not in findings.balanced_levels[factor]
    ]
    return f", without {join_words(gone)}, where some trials have no score" if gone else ""
