"""What fresh seeds say, in words: the answer's first sentence where there are any, and a section of its own."""

import pandas as pd

from experiments.report.findings import Findings
from experiments.report.sentences import beats, contrast, gained, turned
from experiments.report.words import conditions, count, level, listed, opened, short


def fresh_lead(findings: Findings) -> tuple[str, bool] | None:
    """The best against its reference on fresh seeds, and whether anything is shown; None without them."""
    row = findings.fresh_gain
    if row is None or findings.study.conditions:
        return None
    return _lead(findings, row)


def _lead(findings: Findings, row: pd.Series) -> tuple[str, bool]:
    one, two, shared = contrast(findings, row["cell"], row["reference_cell"])
    beside = f", {shared}," if shared else ""
    seeds, where = count(int(row["runs"]), "fresh seed"), conditions(findings.study)
    if row["outcome"] == "better":
        return f"On fresh seeds {beats(findings, row, one, f'the baseline’s {two}{beside}')}.", True
    if row["outcome"] == "worse":
        return f"On fresh seeds {beats(findings, turned(row), f'the baseline’s {two}{beside}', one)}.", True
    if row["outcome"] == "no practical difference":
        text = f"It makes no practical difference whether {one} or {two}{beside.rstrip(',')}"
        return f"{text}: on {seeds} the first {gained(findings, row)}, {where}.", True
    text = f"{opened(one)} is not shown to beat the baseline’s {two}{beside}"
    return f"{text} on {seeds}: it {gained(findings, row)}, {where}.", False


def fresh_text(findings: Findings) -> str:
    """What was trained again, and what changed; or how to have it; empty where nothing can be said."""
    table = findings.fresh_effects[findings.fresh_effects["n"] > 0]
    if findings.fresh is None or table.empty:
        return ""
    before = findings.effects.loc[table.index, "outcome"]
    changed = table[table["outcome"] != before]
    seeds = count(int(findings.fresh["seed"].nunique()), "seed")
    said = (
        f"What was chosen above was trained again on {seeds} that chose nothing, each level at the rate that had "
        "suited it best."
        if findings.tuned
        else f"What was seen above was trained again on {seeds} that chose nothing."
    )
    if changed.empty:
        return f"{said} Every comparison comes out as before."
    names = [
        f"{level(row.factor, row.level)} against {short(row.reference)} ({before[row.Index]}, now {row.outcome})"
        for row in changed.itertuples()
    ]
    return f"{said} Otherwise than before: {listed(names)}."
