"""The answer of a study of single changes: one factor at a time, or one left out at a time."""

import pandas as pd

from experiments.report.page_findings import PageFindings
from experiments.report.text.sentences import (
    Lead,
    beats,
    conditions,
    describe_gain,
    difference,
    gains,
    ranks_first,
    seeds_won,
    swaps,
    turn,
)
from experiments.study.words import OFF, count, level, name, short


def one_factor(findings: PageFindings) -> Lead:
    """Which change to the baseline helps most."""
    table = _measured_rows(findings)
    if table.empty:
        return _none_measured(findings, "change", "the baseline’s")
    helps, hurts = (table[table["outcome"] == outcome] for outcome in ("better", "worse"))
    hurting = gains(findings, "Shown to hurt", hurts.iloc[::-1])
    total = len(findings.effects)
    row = table.iloc[0]
    changed, kept = level(row["factor"], row["level"]), level(row["factor"], row["reference"])
    if len(helps):
        row = helps.iloc[0]
        changed, kept = level(row["factor"], row["level"]), level(row["factor"], row["reference"])
        most = f": the most useful of {count(total, 'change')} to the baseline" if total > 1 else ""
        also = gains(findings, "Also shown to help", helps.iloc[1:])
        return f"{beats(findings, row, changed, kept)}{most}.", (*also, *hurting), True
    none = "The change to the baseline is not" if total == 1 else f"None of {count(total, 'change')} to the baseline is"
    best = "it" if total == 1 else f"the best of them, {changed} instead of {kept},"
    return (
        f"{none} shown to help: {best} {describe_gain(findings, row)}, {conditions(findings.study)}.",
        hurting,
        bool(len(hurts)),
    )


def leave_one_out(findings: PageFindings) -> Lead:
    """Which factor costs most when it is taken away."""
    table = _measured_rows(findings).iloc[::-1]
    if table.empty:
        return _none_measured(findings, "removal", "the whole’s")
    costs, helps = (table[table["outcome"] == outcome] for outcome in ("worse", "better"))
    helping = swaps(findings, "Better so", helps.iloc[::-1])
    total = len(findings.effects)
    if len(costs):
        row = turn(costs.iloc[0])
        size = findings.scale.size(row["mean"], row["low"], row["high"])
        most = f": the most of {total} parts" if total > 1 else ""
        text = f"{_removal(row)} costs {size}, {seeds_won(row)}, {conditions(findings.study)}{most}."
        return text, (*swaps(findings, "Also shown to matter", costs.iloc[1:]), *helping), True
    row, done = table.iloc[0], _removal(table.iloc[0])
    none = "The part is not" if total == 1 else f"None of {total} parts is"
    size = f"costs {difference(findings, turn(row))}" if row["mean"] <= 0 else describe_gain(findings, row)
    costing = f"{done[0].lower()}{done[1:]} {size}"
    return f"{none} shown to matter: {costing}, {conditions(findings.study)}.", helping, bool(len(helps))


def _none_measured(findings: PageFindings, what: str, whose: str) -> Lead:
    none = f"No {what} has a score that can be compared with {whose}"
    return f"{none}; {ranks_first(findings, 'all')}.", (), False


def _measured_rows(findings: PageFindings) -> pd.DataFrame:
    """The comparisons with a seed on which both trained, the largest gain first."""
    table = findings.effects[findings.effects["n"] > 0]
    return table.sort_values("mean", ascending=False, kind="stable")


def _removal(row: pd.Series) -> str:
    kept, off = short(row["reference"]), short(row["level"])
    return f"Removing {name(row['factor'])} ({kept} → {off})" if off in OFF else f"Replacing {kept} with {off}"
