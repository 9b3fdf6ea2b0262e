"""The answer of a grid: whether any configuration, or any single level, beats the baseline."""

import pandas as pd

from experiments.analysis.declared import RATE
from experiments.report.baseline import baseline_name, of_baseline
from experiments.report.findings import Findings
from experiments.report.sentences import (
    UNKNOWN,
    Lead,
    beats,
    contrast,
    difference,
    first_for_failures,
    gained,
    gains,
    not_compared,
    ranks_first,
    turned,
)
from experiments.report.words import conditions, count, level, listed, opened, short


def grid(findings: Findings) -> Lead:
    """The best configuration against the baseline; where that shows nothing, the best single level."""
    best, others = findings.best, findings.against_best
    if len(others) and others["outcome"].eq("identical").all():
        return _all_identical(findings)
    if findings.reference == best["cell"]:
        sentence, sure = _baseline_is_best(findings)
    elif findings.over_baseline.empty or findings.over_baseline.iloc[0]["n"] == 0:
        first = ranks_first(findings, count(len(findings.cells), "configuration"))
        return f"{first}; {not_compared(findings, 'the baseline')}.", (), False
    else:
        sentence, sure = _best_over_baseline(findings, findings.over_baseline.iloc[0])
    depends = _depends(findings)
    levels = _levels(findings)
    helps, hurts = (levels[levels["outcome"] == outcome] for outcome in ("better", "worse"))
    hurting = gains(findings, "Shown to be worse than the baseline’s level", hurts.iloc[::-1])
    if sure or helps.empty:
        other = helps[helps["cell"] != best["cell"]]
        return sentence, (*depends, *gains(findings, "Shown to be better by itself", other), *hurting), sure
    row = helps.iloc[0]
    held = ", other factors at the baseline" if len(findings.study.varied) > 1 else ""
    changed, kept = level(row["factor"], row["level"]), level(row["factor"], row["reference"])
    also = gains(findings, "Also shown to be better by itself", helps.iloc[1:])
    total = len(findings.cells)
    wider = (
        f"Where all {total} configurations are compared at once, which takes wider intervals, none is shown to beat "
        f"{baseline_name(findings)}; {findings.words(best['cell'])} ranks first."
    )
    return f"{beats(findings, row, changed, kept)}{held}.", (*also, *hurting, wider, *depends), True


def _levels(findings: Findings) -> pd.DataFrame:
    """The comparisons of single levels, the largest gain first, without the rates where those were tuned."""
    table = findings.effects[findings.effects["n"] > 0]
    table = table[table["factor"] != RATE] if findings.tuned else table
    return table.sort_values("mean", ascending=False, kind="stable")


def _depends(findings: Findings) -> tuple[str, ...]:
    """`It depends: tanh gains 1.2 points with huber and loses 0.8 points with cross_entropy.`"""
    said = []
    for (factor, one, _), rows in findings.turning.groupby(["factor", "level", "other"], sort=False):
        most, least = rows.loc[rows["low"].idxmax()], rows.loc[rows["high"].idxmin()]
        amount = findings.scale.amount
        said.append(
            f"{level(factor, one)} gains {amount(most['mean'])} with {short(most['at'])} and loses "
            f"{amount(-least['mean'])} with {short(least['at'])}"
        )
    return (f"It depends: {listed(said)}.",) if said else ()


def _all_identical(findings: Findings) -> Lead:
    score = f"{findings.scale.label}, {findings.scale.score(findings.best['validation_mean'])}"
    total = len(findings.against_best) + 1
    every = "both" if total == 2 else f"all {total}"
    same = f"{every} configurations have the same {score}, on every seed, {conditions(findings.study)}"
    return f"Nothing can be told apart: {same}.", (), False


def _best_over_baseline(findings: Findings, row: pd.Series) -> tuple[str, bool]:
    best, where = findings.best["cell"], conditions(findings.study)
    one, two, shared = contrast(findings, best, findings.reference)
    beside = f", {shared}," if shared else ""
    total = count(len(findings.cells), "configuration")
    if row["outcome"] == "better":
        return f"{beats(findings, row, one, f'{of_baseline(findings, two)}{beside}')}.", True
    if first_for_failures(row):
        of = count(row["reference_runs"], "seed")
        lost = f"{of_baseline(findings, two)} diverged on {row['reference_diverged']} of {of}"
        text = f"{findings.words(best)} ranks first of {total} because {lost}"
        return f"{text}; where both train it {gained(findings, row)}, {where}.", False
    if row["outcome"] == "one seed":
        above = findings.scale.size(row["mean"], UNKNOWN, UNKNOWN)
        first = f"{one} instead of {of_baseline(findings, two)}{beside} ranks first of {total}"
        one_seed = "With one seed" if row["paired"] else "With one run on a side"
        return f"{one_seed} nothing can be told apart: {first}, {above} above it, {where}.", False
    tried = f"the best of {total} on validation has {one} instead of {two}{beside}"
    if row["outcome"] == "no practical difference":
        return f"No configuration makes a practical difference: {tried} and {gained(findings, row)}, {where}.", True
    text = (
        f"No configuration is shown to beat {baseline_name(findings, rate=False)}: {tried} and {gained(findings, row)}"
    )
    return f"{text}, {where}.", False


def _baseline_is_best(findings: Findings) -> tuple[str, bool]:
    where, best = conditions(findings.study), findings.best["cell"]
    total = count(len(findings.cells), "configuration")
    who = opened(baseline_name(findings, rate=False))
    ahead = f"{who} ({findings.words(best)}) ranks first of {total} on validation"
    others = findings.against_best[findings.against_best["n"] > 0]
    if others.empty:
        same = " on the same seeds" if len(findings.against_best) else ""
        return f"{ahead}, {where}; no other has a score{same}.", False
    row = turned(others.iloc[0])
    one, two, shared = contrast(findings, best, row["cell"])
    if row["outcome"] == "better":
        second = f"the next best, {two}, {shared}," if shared else f"the next best, {two},"
        first = f"The baseline’s {one}" if who == "The baseline" else f"{who}, with {one},"
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
