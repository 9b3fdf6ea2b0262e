"""What fresh seeds say, in words: the answer's first sentence where there are any, and a section of its own."""

import pandas as pd

from experiments.report.baseline import of_baseline
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
    other = of_baseline(findings, two) + (f", {shared}," if shared else "")
    seeds, where = count(int(row["runs"]), "fresh seed"), conditions(findings.study)
    if row["outcome"] == "better":
        return f"On fresh seeds {beats(findings, row, one, other)}.", True
    if row["outcome"] == "worse":
        return f"On fresh seeds {beats(findings, turned(row), other, one)}.", True
    if row["outcome"] == "no practical difference":
        text = f"Whether {one} or {other.rstrip(',')} makes no practical difference"
        return f"{text}: on {seeds} the first {gained(findings, row)}, {where}.", True
    return f"{opened(one)} is not shown to beat {other} on {seeds}: it {gained(findings, row)}, {where}.", False


def seen_before(sentence: str) -> str:
    """What the seeds that chose had said.

    >>> seen_before("No level helps.")
    'On the seeds that chose it: no level helps.'
    """
    first = sentence.split(" ", maxsplit=1)[0]
    plain = first in ("No", "The", "Nothing", "With")  # names of parts keep their spelling
    return f"On the seeds that chose it: {first.lower() if plain else first}{sentence[len(first) :]}"


def fresh_text(findings: Findings) -> str:
    """What was trained again, and what changed; empty where nothing was."""
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
