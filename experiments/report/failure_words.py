"""What a failure counts as, and what comparisons look like where both sides trained, in words."""

import pandas as pd

from experiments.analysis.failure_cost import COLUMN, CONSTANT_PREDICTION, DECLARED, WORST
from experiments.report.findings import Findings
from experiments.report.words import count


def costs_told(findings: Findings) -> str:
    """What diverged trials score, in a sentence; empty where none diverged.

    A trial for which nothing is known of a constant prediction has the worst score, and a reader is told how to say
    what it should be.
    """
    lost = findings.trials[findings.trials["status"].eq("diverged")]
    rules = set(lost[COLUMN])
    if DECLARED in rules:
        return f"Each counts as {findings.scale.score(findings.study.failure_score)}, as the question declares."
    told = []
    if CONSTANT_PREDICTION in rules:
        told.append("what the same prediction for every example scores")
    if WORST in rules:
        worst = set(lost.loc[lost[COLUMN].eq(WORST), findings.study.validation])
        which = f" ({findings.scale.score(worst.pop())})" if len(worst) == 1 else ""
        told.append(f"the worst score in these results{which}")
    if not told:
        return ""
    option = "--failure-score" if findings.imported else "failure_score under [question]"
    asked = f"{option} sets another cost"
    unknown = f"; what a constant prediction scores is not known{' for all' if len(told) > 1 else ''}, and {asked}"
    return f"Each counts as {' or '.join(told)}{unknown if WORST in rules else ''}."


def where_both_train(findings: Findings, row: pd.Series) -> str:
    """`where both train (17 of 20 seeds) it gains 0.4 points (0.1 to 0.7)`; empty where no run of either side diverged.

    row: of `compare`.
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
    return f"{where} it {word} {findings.scale.measured(*ends)}"
