"""What fresh seeds say, in words: the answer's first sentence where there are any, and a section of its own."""

import pandas as pd

from experiments.analysis.rows import rows_of
from experiments.report.page_findings import PageFindings
from experiments.report.tables.table import Table, Value, level_fields, level_heads, table, value
from experiments.report.text.baseline import of_baseline
from experiments.report.text.sentences import beats, conditions, contrast, describe_gain, turn
from experiments.study.words import capitalize, count, join_words, level, short


def fresh_lead(findings: PageFindings) -> tuple[str, bool] | None:
    """The best against its reference on fresh seeds, and whether anything is shown; None without them."""
    row = findings.fresh_gain
    if row is None or findings.study.conditions:
        return None
    return _lead(findings, row)


def _lead(findings: PageFindings, row: pd.Series) -> tuple[str, bool]:
    own, two, shared = contrast(findings, row["cell"], row["reference_cell"])
    other = of_baseline(findings, two) + (f", {shared}," if shared else "")
    seeds, where = count(int(row["runs"]), "fresh seed"), conditions(findings.study)
    if row["outcome"] == "better":
        return f"On fresh seeds {beats(findings, row, own, other)}.", True
    if row["outcome"] == "worse":
        return f"On fresh seeds {beats(findings, turn(row), other, own)}.", True
    if row["outcome"] == "no practical difference":
        text = f"Whether {own} or {other.rstrip(',')} makes no practical difference"
        return f"{text}: on {seeds} the first {describe_gain(findings, row)}, {where}.", True
    return (
        f"{capitalize(own)} is not shown to beat {other} on {seeds}: it {describe_gain(findings, row)}, {where}.",
        False,
    )


def seen_before(sentence: str) -> str:
    """What the seeds that chose had said.

    >>> seen_before("No level helps.")
    'On the seeds that chose it: no level helps.'
    """
    first = sentence.split(" ", maxsplit=1)[0]
    plain = first in ("No", "The", "Nothing", "With")  # names of parts keep their spelling
    return f"On the seeds that chose it: {first.lower() if plain else first}{sentence[len(first) :]}"


def fresh_text(findings: PageFindings) -> str:
    """What was trained again, and what changed; empty where nothing was."""
    now = findings.fresh_effects[findings.fresh_effects["n"] > 0]
    if findings.fresh is None or now.empty:
        return ""
    before = findings.effects.loc[now.index, "outcome"]
    changed = now[now["outcome"] != before]
    seeds = count(int(findings.fresh["seed"].nunique()), "seed")
    seeds += f" ({count(findings.fresh['cell'].nunique(), 'configuration')})"
    tested = now["part"].eq("test").all()
    nothing = "chose nothing" + (", and is compared on test examples that chose nothing either" if tested else "")
    said = (
        f"What was chosen above was trained again on {seeds} that {nothing}; each level is at the rate that had "
        "suited it best."
        if findings.tuned
        else f"What was seen above was trained again on {seeds} that {nothing}."
    )
    turned_round = now[(now["mean"] * findings.effects.loc[now.index, "mean"]) < 0]
    signs = ""
    if len(turned_round):
        who = join_words([level(row.factor, row.level) for row in rows_of(turned_round)])
        signs = f" The mean is now on the other side of zero for {who}."
    if changed.empty:
        return f"{said} No verdict changes.{signs}"
    names = [
        f"{level(row.factor, row.level)} against {short(row.reference)} ({before[row.Index]}, now {row.outcome})"
        for row in rows_of(changed)
    ]
    return f"{said} Verdicts that change: {join_words(names)}.{signs}"


def fresh_table(findings: PageFindings) -> Table | None:
    """Every comparison before and now; None where none was made again."""
    now = findings.fresh_effects[findings.fresh_effects["n"] > 0]
    if findings.fresh is None or now.empty:
        return None
    scale, failed = findings.scale, now["diverged"].any()
    rows: list[list[Value]] = []
    for row in rows_of(now):
        before = findings.effects.loc[row.Index]
        rows.append(
            [
                *level_fields(row),
                value(short(row.reference)),
                value(scale.signed(before["mean"]), before["mean"]),
                value(scale.signed(row.mean), row.mean),
                value(scale.span(row.low, row.high) if row.kind == "interval" else "–", row.low),
                value(before["outcome"]),
                value(row.outcome),
                *([value(f"{row.diverged} of {row.runs}", row.diverged)] if failed else []),
            ]
        )
    unit = " (points)" if scale.factor > 1 else ""
    heads = [
        *level_heads(findings.study.conditions), "Against",
        f"Before{unit}", f"Fresh{unit}", "Interval", "Verdict before", "Fresh verdict",
        *(["Diverged"] if failed else []),
    ]  # fmt: skip
    note = ""
    if now["kind"].eq("interval").any() and len(now) > 1:
        judged = f"at the level at which the row was judged (Holm over {len(now)} rows)"
        note = f"Interval: of the gain on fresh seeds, {judged}."
    label = scale.of(now.iloc[0]).label
    caption = f"Each level against its reference on fresh seeds, by {label}"
    caption += "" if label == scale.label else f" (before: {scale.label})"
    return table("fresh-table", caption, heads, rows, note=note)
