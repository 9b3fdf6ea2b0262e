"""The answer where the study declares the comparison that its question is about: its verdict, whatever ranks first."""

import math

import pandas as pd

from experiments.report.page_findings import PageFindings
from experiments.report.text.baseline import describe_baseline
from experiments.report.text.multiverse import multiverse_line
from experiments.report.text.question import when_declared
from experiments.report.text.sentences import Lead, beats, conditions, describe_gain, difference, gains, turn
from experiments.study.columns import RATE
from experiments.study.words import circumstance, join_words, level, short

SURE = ("better", "worse", "no practical difference")


def declared_answer(findings: PageFindings, row: pd.Series) -> Lead:
    """The declared comparison, on fresh seeds where there are some; then what was asked, and other levels.

    What ranks first is left to a line of its own. row: the comparison on the seeds that the study was run on.
    """
    now = row if findings.deciding_primary is None else findings.deciding_primary
    sentence, before = verdict(findings, now), ()
    if now is not row:
        sentence = f"On fresh seeds: {sentence}"
        before = (f"On the seeds that the study was run on: {verdict(findings, row)}",)
    more = (
        describe_question(findings, row),
        *before,
        *_seeds_needed(findings, row),
        *multiverse_line(findings),
        *_others(findings, row),
    )
    return sentence, more, now["outcome"] in SURE


def verdict(findings: PageFindings, row: pd.Series) -> str:
    """The comparison in a sentence. row: of `primary_effect`."""
    own, other = sides(row)
    where = conditions(findings.study) + _at(row)
    outcome = row["outcome"]
    if outcome == "better":
        return f"{beats(findings, row, own, other)}{_at(row)}."
    if outcome == "worse":
        return f"{beats(findings, turn(row), other, own)}{_at(row)}."
    if outcome == "no practical difference":
        return f"{own} makes no practical difference against {other}: it {describe_gain(findings, row)}, {where}."
    if outcome == "identical":
        return f"{own} and {other} cannot be told apart: between them lies {difference(findings, row)}, {where}."
    if outcome in ("not run", "no scores to compare"):
        return f"There is no answer yet: {_why_no_difference(findings, row)}."
    return f"{own} is not shown to be better or worse than {other}: it {describe_gain(findings, row)}, {where}."


def sides(row: pd.Series) -> tuple[str, str]:
    """The two levels in words that are clear on their own."""
    return level(row["factor"], row["level"]), level(row["factor"], row["reference"])


def describe_question(findings: PageFindings, row: pd.Series) -> str:
    """What was asked, when, with which levels of other factors, and at which rates the two sides are."""
    study = findings.study
    own, other = sides(row)
    levels = study.baseline | row["condition"]
    tuned = [RATE] if study.tuned and RATE not in row["condition"] else []
    held = {name: levels[name] for name in study.varied if name not in (row["factor"], *tuned)}
    at = f", both with {join_words([level(*item) for item in held.items()], most=len(held))}" if held else ""
    return f"{when_declared(findings)} {own} against {other}{at}{_rates(findings, row)}."


def _at(row: pd.Series) -> str:
    return f", with {circumstance(row['condition'])}" if row["condition"] else ""


def _rates(findings: PageFindings, row: pd.Series) -> str:
    named = row["factor"] == RATE or RATE in row["condition"]
    if not findings.tuned or named or not isinstance(row["rate"], str) or not isinstance(row["reference_rate"], str):
        return ""
    if row["rate"] == row["reference_rate"]:
        return f", each at its own best learning rate, which is {short(row['rate'])} for both"
    return f", each at its own best learning rate, {short(row['rate'])} and {short(row['reference_rate'])}"


def _why_no_difference(findings: PageFindings, row: pd.Series) -> str:
    """Why there is no difference to measure."""
    for side, who in zip(("cell", "reference_cell"), sides(row), strict=True):
        if not isinstance(row[side], str):
            return f"{who}{_at(row)} did not run"
        if reason := findings.cell(row[side])["reason"]:
            return f"{who}{_at(row)} has no score ({reason})"
    return "no seed has a score of both sides"


def _seeds_needed(findings: PageFindings, row: pd.Series) -> tuple[str, ...]:
    """How many seeds would decide, where these do not."""
    needed = row["seeds_needed"]
    if row["outcome"] != "not told apart" or not needed > row["n"]:
        return ()
    many = f"about {needed:.0f} seeds" if math.isfinite(needed) else "more seeds than anyone has"
    side = "" if row["paired"] else " on each side"
    return (
        f"As far as these lie apart, {many}{side} would find a difference of {findings.scale.gap(row['delta'])} four "
        f"times in five; there are {row['n']}.",
    )


def _others(findings: PageFindings, row: pd.Series) -> tuple[str, ...]:
    """Other levels that are shown to be better or worse than the baseline's; what was asked stands there already."""
    table = findings.effects[findings.effects["n"] > 0]
    table = table[table["factor"] != RATE] if findings.tuned else table
    sides = {row["cell"], row["reference_cell"]}
    declared = [{*pair} == sides for pair in zip(table["cell"], table["reference_cell"], strict=True)]
    table = table[[not is_declared for is_declared in declared]].sort_values("mean", ascending=False, kind="stable")
    helps, hurts = (table[table["outcome"] == outcome] for outcome in ("better", "worse"))
    said = (
        *gains(findings, "Also shown to be better than the baseline’s level", helps),
        *gains(findings, "Also shown to be worse than the baseline’s level", hurts.iloc[::-1]),
    )
    return (*describe_baseline(findings), *said) if said else ()
