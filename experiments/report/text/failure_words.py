"""What a failure counts as, and what comparisons look like where both sides trained, in words."""

import pandas as pd

from experiments.analysis.failure_cost import COLUMN, CONSTANT_PREDICTION, DECLARED, WORST
from experiments.report.page_findings import PageFindings
from experiments.study.words import count

MOST = 3


def describe_costs(findings: PageFindings) -> str:
    """What diverged trials score, in a sentence; empty where none diverged.

    A trial for which nothing is known of a constant prediction has the worst score, and the text says how to give
    what it should be.
    """
    lost = findings.trials[findings.trials["status"].eq("diverged")]
    rules, it = set(lost[COLUMN]), "It" if len(lost) == 1 else "Each"
    if DECLARED in rules and findings.study.failure_score is not None:
        by = "as --failure-score says" if findings.imported else "as the question declares"
        return f"{it} counts as {findings.scale.score(findings.study.failure_score)}, {by}."
    costs = []
    if CONSTANT_PREDICTION in rules:
        costs.append("what the same prediction for every example scores")
    if WORST in rules:
        worst = set(lost.loc[lost[COLUMN].eq(WORST), findings.study.validation])
        which = f" ({findings.scale.score(worst.pop())})" if len(worst) == 1 else ""
        costs.append(f"the worst score in these results{which}")
    if not costs:
        return ""
    option = "--failure-score" if findings.imported else "failure_score under [question]"
    remedy = f"{option} sets another cost"
    unknown = f"; what a constant prediction scores is not known{' for all' if len(costs) > 1 else ''}, and {remedy}"
    return f"{it} counts as {' or '.join(costs)}{unknown if WORST in rules else ''}."


def where_both_train(findings: PageFindings, row: pd.Series, who: str = "it") -> str:
    """`where both train (17 of 20 seeds) tanh gains 0.4 points (0.1 to 0.7)`; empty where no run of a side diverged.

    row: of `compare`. who: what the sentence calls its cell.
    """
    if not (row["diverged"] or row["reference_diverged"]):
        return ""
    if not row["trained_n"]:
        return "no seed has a trained run of both"
    mean, low, high = (row[f"trained_{name}"] for name in ("mean", "low", "high"))
    word, ends = ("loses", (-mean, -high, -low)) if mean < 0 else ("gains", (mean, low, high))
    where = (
        f"where both train ({row['trained_n']} of {count(row['runs'], 'seed')})" if row["paired"] else "of what trained"
    )
    return f"{where} {who} {word} {findings.scale.measured(*ends)}"


def describe_failures(findings: PageFindings) -> tuple[str, ...]:
    """What stands beside the answer where sides of it diverged: how often each did, and the gain where both train.

    Of the declared comparison; where none is declared, of the best configuration against what it is compared with and
    of each level, those that are shown to be better or worse before others, three at most.
    """
    rows: list[pd.Series] = []
    if findings.deciding_primary is not None:
        rows.append(findings.deciding_primary)
    else:
        if findings.deciding_gain is not None and not findings.study.conditions:
            rows.append(findings.deciding_gain)
        shown = findings.deciding["outcome"].isin(["better", "worse"])
        rows += [row for part in (shown, ~shown) for _, row in findings.deciding[part].iterrows()]
    rows = [row for row in rows if row["n"] and (row["diverged"] or row["reference_diverged"])]
    found = {(row["cell"], row["reference_cell"]): row for row in rows[::-1]}
    return tuple(_describe_failures(findings, row) for row in list(found.values())[::-1][:MOST])


def _describe_failures(findings: PageFindings, row: pd.Series) -> str:
    own, two = (findings.words(row[f"{side}cell"]) for side in ("", "reference_"))
    often = f"{own} diverged on {_share(row)}, {two} on {_share(row, 'reference_')}"
    return f"Failures are counted at their cost: {often}; {where_both_train(findings, row, own)}."


def _share(row: pd.Series, side: str = "") -> str:
    low, high = (100 * row[f"{side}diverged_{end}"] for end in ("low", "high"))
    runs = row["reference_runs" if side else "own_runs"]
    return f"{row[f'{side}diverged']} of {count(runs, 'seed' if row['paired'] else 'run')} ({low:.0f} to {high:.0f} %)"
