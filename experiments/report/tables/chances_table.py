"""What each comparison means for someone who trains once, and how probable it is that a level is better or alike."""

import math

import pandas as pd

from experiments.analysis.chances import MEANINGFUL
from experiments.analysis.rows import row_at
from experiments.report.page_findings import PageFindings
from experiments.report.tables.table import Table, level_fields, level_heads, table, value
from experiments.study.words import level, percent, short

SURE = 0.99  # above it a probability is written as such


def chances_table(findings: PageFindings) -> Table | None:
    """One row per comparison that has an interval; None without any."""
    chances = findings.chances.dropna(subset="better")
    if chances.empty:
        return None
    rows = []
    for at, row in chances.iterrows():
        compared = row_at(findings.effects, at)
        clear = "yes" if max(row["wins_share"], 1 - row["wins_share"]) >= MEANINGFUL else "no"
        rows.append(
            [
                *level_fields(compared),
                value(short(compared["reference"])),
                value(f"{percent(row['wins_share'])} ({_span(row)})", row["wins_share"]),
                value(clear),
                *(value(probability(row[outcome]), row[outcome]) for outcome in ("better", "alike", "worse")),
            ]
        )
    gap = findings.scale.gap(findings.effects.loc[chances.index, "delta"].median())
    heads = [
        *level_heads(findings.study.conditions), "Against",
        "Runs won", f"{percent(MEANINGFUL)} or more", "Better", "Alike", "Worse",
    ]  # fmt: skip
    note = (
        "Runs won: how often the level scores better where both are run once, with a 95 % interval. "
        f"{percent(MEANINGFUL)} or more: whether one side wins at least that share, from which a difference is worth a "
        "change (Bouthillier and others, 2021). Better, alike, worse: the probability that the true gain is above "
        f"{gap}, within it, or below −{gap}, as Student’s t around the mean gives it{_overlapping(findings)}. These "
        "are for reading; the outcomes above decide."
    )
    return table("chances-table", f"How often each level wins, by {findings.scale.label}", heads, rows, note=note)


def chances_text(findings: PageFindings) -> str:
    """The comparison that the study declares, or its only one, in plain words; empty without an interval.

    Of several undeclared comparisons the largest would be chosen by its outcome, and its chances would look too good.
    """
    found = findings.chances.dropna(subset="better")
    if len(found) != 1:
        return ""
    return in_words(findings, findings.effects.loc[found.index[0]], found.iloc[0])


def in_words(findings: PageFindings, compared: pd.Series, row: pd.Series) -> str:
    """`In a single run, tanh would score higher than relu about 83 times in 100 (62 to 95). …`."""
    own, other = level(compared["factor"], compared["level"]), level(compared["factor"], compared["reference"])
    gap = findings.scale.gap(compared["delta"])
    side = "higher" if findings.study.direction == "max" else "lower"
    return (
        f"In a single run, {own} would score {side} than {other} about {100 * row['wins_share']:.0f} times in 100 "
        f"({_span(row)}). In probabilities: {probability(row['better'])} that {own} is better than {other} by more "
        f"than {gap}, {probability(row['alike'])} that the two are within {gap}, {probability(row['worse'])} that it "
        "is worse by more than that."
    )


def probability(share: float) -> str:
    """A probability, without more certainty than t has: `97 %`, `above 99 %`, `below 1 %`."""
    if not math.isfinite(share):
        return "–"
    return (
        f"above {percent(SURE)}"
        if share > SURE
        else f"below {percent(1 - SURE)}"
        if share < 1 - SURE
        else percent(share)
    )


def _span(row: pd.Series) -> str:
    return f"{100 * row['wins_low']:.0f} to {100 * row['wins_high']:.0f}"


def _overlapping(findings: PageFindings) -> str:
    return ", whose spread allows for splits that overlap" if findings.study.overlap else ""
