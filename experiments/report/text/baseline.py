"""What a design compares with: one name for the declared cell, another for it at its own best learning rate."""

from experiments.report.page_findings import PageFindings
from experiments.study.columns import RATE
from experiments.study.words import configuration, name, short


def baseline_name(findings: PageFindings, *, rate: bool = True) -> str:
    """`the baseline`, the declared cell; `the tuned baseline (learning rate 0.01)` where that is another; `the whole`.

    rate: whether to name the rate.
    """
    if findings.study.design == "leave-one-out":
        return "the whole"
    best = _best_rate(findings)
    if best is None or best == findings.study.baseline.get(RATE):
        return "the baseline"
    return f"the tuned baseline ({name(RATE)} {short(best)})" if rate else "the tuned baseline"


def of_baseline(findings: PageFindings, levels: str) -> str:
    """`the baseline’s relu`, or `the tuned baseline’s relu`."""
    return f"{baseline_name(findings, rate=False)}’s {levels}"


def describe_baseline(findings: PageFindings) -> tuple[str, ...]:
    """What the baseline is, and at which rate it is compared; nothing for designs that have none."""
    study = findings.study
    chosen = [factor for factor in study.varied if factor not in study.conditions]
    if study.design == "random" or not chosen:
        return ()
    who = "The whole" if study.design == "leave-one-out" else "The baseline"
    declared = "" if findings.imported else ", as the study declares it"
    text = f"{who} is {configuration(study.baseline, chosen)}{declared}"
    if not findings.tuned:
        return (f"{text}.",)
    if study.conditions:
        return (f"{text}; under each condition it is compared at its best rate, as is what stands beside it.",)
    if baseline_name(findings) != "the baseline":
        best = short(str(_best_rate(findings)))
        return (
            f"{text}. Learning rates are tuned, so levels are compared with the tuned baseline, the same at its own "
            f"best rate, {best}; rates themselves are compared with {short(study.baseline[RATE])}.",
        )
    return (f"{text}. Learning rates are tuned{', and its own is its best' if _best_rate(findings) else ''}.",)


def _best_rate(findings: PageFindings) -> str | None:
    """The rate at which the baseline ranks best, where rates are tuned and it has a score."""
    if not findings.tuned or findings.study.conditions or findings.reference is None:
        return None
    row = findings.cell(findings.reference)
    return None if row["rank"] != row["rank"] else str(row[RATE])
