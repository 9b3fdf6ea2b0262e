"""The answer of a grid: which configurations, or which single levels, beat the baseline."""

import pandas as pd

from experiments.analysis.rows import row_at, rows_of
from experiments.report.page_findings import PageFindings
from experiments.report.text.baseline import baseline_name, of_baseline
from experiments.report.text.failure_words import where_both_train
from experiments.report.text.sentences import (
    UNKNOWN,
    Lead,
    beats,
    conditions,
    contrast,
    depends,
    describe_gain,
    difference,
    first_for_failures,
    gains,
    not_compared,
    ranks_first,
    turn,
)
from experiments.study.columns import RATE
from experiments.study.words import capitalize, count, join_words, level


def grid(findings: PageFindings) -> Lead:
    """What is shown to beat the baseline, the largest gain first; where no configuration is, what single levels are."""
    best, others = findings.best_cell, findings.against_best
    if len(others) and others["outcome"].eq("identical").all():
        return _all_identical(findings)
    table = findings.against_baseline
    compared = table[table["n"] > 0]
    first = ranks_first(findings, count(len(findings.cells), "configuration"))
    if compared.empty and findings.reference != best:
        return f"{first}; {not_compared(findings, 'the baseline')}.", (), False
    better = compared[compared["outcome"] == "better"].sort_values("mean", ascending=False, kind="stable")
    levels = _levels(findings)
    helps, hurts = (levels[levels["outcome"] == outcome] for outcome in ("better", "worse"))
    hurting = gains(findings, "Shown to be worse than the baseline’s level", hurts.iloc[::-1])
    rank = () if findings.reference == best else (f"{first}.",)
    if len(better):
        alone = helps[~helps["cell"].isin(better["cell"])]
        also = _also(findings, better.iloc[1:])
        more = (*also, *gains(findings, "Shown to be better by itself", alone), *hurting, *rank, *depends(findings))
        return _largest(findings, better, len(table)), more, True
    if len(helps):
        row = helps.iloc[0]
        held = ", other factors at the baseline" if len(findings.study.varied) > 1 else ""
        changed, kept = level(row["factor"], row["level"]), level(row["factor"], row["reference"])
        also = gains(findings, "Also shown to be better by itself", helps.iloc[1:])
        wider = (
            f"Among {count(len(table), 'other configuration')}, which takes wider intervals, none is shown to beat "
            f"{baseline_name(findings)}."
        )
        more = (*also, *hurting, wider, *rank, *depends(findings))
        return f"{beats(findings, row, changed, kept)}{held}.", more, True
    if findings.reference == best:
        sentence, sure = _baseline_is_best(findings)
    else:
        sentence, sure = _none_beats(findings, compared, len(table))
    return sentence, (*hurting, *rank, *depends(findings)), sure


def _levels(findings: PageFindings) -> pd.DataFrame:
    """The comparisons of single levels, the largest gain first, without the rates where those were tuned."""
    table = findings.effects[findings.effects["n"] > 0]
    table = table[table["factor"] != RATE] if findings.tuned else table
    return table.sort_values("mean", ascending=False, kind="stable")


def _all_identical(findings: PageFindings) -> Lead:
    score = f"{findings.scale.label}, {findings.scale.score(findings.best_row['validation_mean'])}"
    total = len(findings.against_best) + 1
    every = "both" if total == 2 else f"all {total}"
    same = f"{every} configurations have the same {score}, on every seed, {conditions(findings.study)}"
    return f"Nothing can be told apart: {same}.", (), False


def _sides(findings: PageFindings, row: pd.Series) -> tuple[str, str, str]:
    """A configuration, what the baseline has in its place, and what both share."""
    own, two, shared = contrast(findings, row["cell"], findings.reference_cell)
    return own, of_baseline(findings, two), f", {shared}," if shared else ""


def _largest(findings: PageFindings, better: pd.DataFrame, compared: int) -> str:
    """The largest gain over the baseline, and how many there are. better: those found, the largest first."""
    own, other, beside = _sides(findings, better.iloc[0])
    text = beats(findings, better.iloc[0], own, f"{other}{beside}")
    if compared == 1:
        return f"{text}."
    if len(better) == 1:
        return f"{text}: the only one of {compared} other configurations that is shown to beat it."
    return f"{text}: the largest gain of {len(better)} of {compared} other configurations that are shown to beat it."


def _also(findings: PageFindings, rows: pd.DataFrame) -> tuple[str, ...]:
    """The other configurations that are shown to beat the baseline, by name."""
    if rows.empty:
        return ()
    said = [f"{findings.words(row.cell)} ({findings.scale.signed(row.mean)})" for row in rows_of(rows)]
    return (f"Also shown to beat {baseline_name(findings)}: {join_words(said)}.",)


def _none_beats(findings: PageFindings, compared: pd.DataFrame, total_compared: int) -> tuple[str, bool]:
    """No configuration is shown to be better; the largest gain that was seen."""
    row = row_at(compared, compared["mean"].idxmax())
    own, other, beside = _sides(findings, row)
    where, total = conditions(findings.study), count(total_compared, "other configuration")
    if len(findings.over_baseline) and first_for_failures(findings.over_baseline.iloc[0]):
        return _first_by_failures(findings, findings.over_baseline.iloc[0])
    most = f"{own} instead of {other}{beside}"
    if row["outcome"] == "one seed":
        above = findings.scale.size(row["mean"], UNKNOWN, UNKNOWN)
        one_seed = "With one seed" if row["paired"] else "With one run on a side"
        return f"{one_seed} nothing can be told apart: of {total} {most} is highest, {above} above it, {where}.", False
    seen = most if total_compared == 1 else f"of {total_compared} others the largest gain is that of {most} which"
    if compared["outcome"].isin(["no practical difference", "identical"]).all() and len(compared) == total_compared:
        return f"No configuration makes a practical difference: {seen} {describe_gain(findings, row)}, {where}.", True
    none = f"No configuration is shown to beat {baseline_name(findings, rate=False)}"
    return f"{none}: {seen} {describe_gain(findings, row)}, {where}.", False


def _first_by_failures(findings: PageFindings, row: pd.Series) -> tuple[str, bool]:
    """What ranks first does so because the baseline diverged more often."""
    of, total = count(row["reference_runs"], "seed"), count(len(findings.cells), "configuration")
    lost = f"{_sides(findings, row)[1]} diverged on {row['reference_diverged']} of {of}"
    text = f"{findings.words(row['cell'])} ranks first of {total} because {lost}"
    return f"{text}; {where_both_train(findings, row)}, {conditions(findings.study)}.", False


def _baseline_is_best(findings: PageFindings) -> tuple[str, bool]:
    where, best = conditions(findings.study), findings.best_cell
    total = count(len(findings.cells), "configuration")
    who = capitalize(baseline_name(findings, rate=False))
    ahead = f"{who} ({findings.words(best)}) ranks first of {total} on validation"
    others = findings.against_baseline[findings.against_baseline["n"] > 0]
    if others.empty:
        same = " on the same seeds" if len(findings.against_baseline) else ""
        return f"{ahead}, {where}; no other has a score{same}.", False
    row = turn(others.iloc[0])
    own, two, shared = contrast(findings, best, row["cell"])
    if row["outcome"] == "better":
        second = f"the next best, {two}, {shared}," if shared else f"the next best, {two},"
        first = f"The baseline’s {own}" if who == "The baseline" else f"{who}, with {own},"
        return f"{beats(findings, row, first, second)}.", True
    if row["outcome"] == "identical":
        return f"{ahead}, level with {two}: the same score on every seed, {where}.", False
    if row["n"] == 1:
        gap = findings.scale.size(row["mean"], UNKNOWN, UNKNOWN)
        one_seed = "one seed" if row["paired"] else "one run on a side"
        return f"{ahead}, {gap} ahead of {two}: with {one_seed} there is no interval, {where}.", False
    if row["outcome"] == "no practical difference":
        return f"{ahead}, ahead of {two} by {difference(findings, row)}, {where}.", True
    unsure = "not enough to tell them apart"
    return f"{ahead}, ahead of {two} by {difference(findings, row)}, {where}: {unsure}.", False
