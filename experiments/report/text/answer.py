"""The answer to a study's question: the first sentence of its page, and what must be said with it."""

from dataclasses import dataclass

from experiments.report.page_findings import PageFindings
from experiments.report.text.answer_changes import leave_one_out, one_factor
from experiments.report.text.answer_conditions import firsts, under_conditions
from experiments.report.text.answer_declared import declared_answer
from experiments.report.text.answer_grid import grid
from experiments.report.text.baseline import baseline_name, describe_baseline
from experiments.report.text.failure_words import describe_failures
from experiments.report.text.fresh import fresh_lead, seen_before
from experiments.report.text.multiverse import multiverse_line
from experiments.report.text.sentences import Lead, conditions, ranks_first, test_score
from experiments.study.words import count


@dataclass(frozen=True)
class Answer:
    """`sentence` answers the question, `more` follow it, `sure` says whether anything was shown.

    beside: what ranks first, where the question asked something else; it stands apart.
    """

    sentence: str
    more: tuple[str, ...] = ()
    sure: bool = False
    beside: tuple[str, ...] = ()


def answer(findings: PageFindings) -> Answer:
    """The answer, worded as measured: a difference with its interval and seeds, or that none was shown."""
    if not findings.counts["run"]:
        return Answer("No trial has run yet, so there is no answer.")
    if findings.best is None:
        return Answer(_nothing_scored(findings))
    if findings.primary is not None:
        sentence, more, sure = declared_answer(findings, findings.primary)
        return Answer(sentence, (*describe_failures(findings), *more), sure, _first(findings))
    if findings.study.conditions:
        sentence, more, sure = under_conditions(findings)
        remarks = (*describe_baseline(findings), *describe_failures(findings), *multiverse_line(findings))
        return Answer(sentence, (*remarks, *more), sure)
    if len(findings.cells) == 1:
        return Answer(_one_cell(findings), test_score(findings, "it"))
    designs = {"one-factor": one_factor, "leave-one-out": leave_one_out, "random": _random}
    sentence, more, sure = designs.get(findings.study.design, grid)(findings)
    more = (*multiverse_line(findings), *more)
    if lead := fresh_lead(findings):
        more, (sentence, sure) = (seen_before(sentence), *more), lead
    remarks = (*describe_baseline(findings), *describe_failures(findings))
    return Answer(sentence, (*remarks, *more, *_closing(findings)), sure)


def _nothing_scored(findings: PageFindings) -> str:
    counts = findings.counts
    run, diverged, failed = counts["run"], counts["diverged"], counts["failed"]
    every = "The one trial" if run == 1 else f"Every one of the {run} trials"
    if not failed:
        return f"{every} diverged, so there is no score to compare and no answer."
    if not diverged:
        return f"{every} failed with an error, so there is no answer yet."
    return f"None of {run} trials gave a score, so there is no answer: {diverged} diverged and {failed} failed."


def _one_cell(findings: PageFindings) -> str:
    best, scale, where = findings.best_row, findings.scale, conditions(findings.study)
    text = f"The one configuration reaches {scale.score(best['validation_mean'])} {scale.label}"
    if best["n"] == 1:
        return f"{text} on one seed ({where}): there is no interval, and nothing to compare it with."
    reach = f"{scale.span(best['validation_min'], best['validation_max'])} over {best['n']} seeds"
    return f"{text} ({reach}, {where}); there is nothing to compare it with."


def _random(findings: PageFindings) -> Lead:
    return f"{ranks_first(findings, count(len(findings.cells), 'draw'))}.", (), False


def _first(findings: PageFindings) -> tuple[str, ...]:
    """What ranks first, beside a question that asked something else."""
    if len(findings.cells) == 1:
        return ()
    if findings.study.conditions:
        return (firsts(findings),)
    first = (f"{ranks_first(findings, count(len(findings.cells), 'configuration'))}.",)
    return (*(first if findings.study.design == "grid" else ()), *_closing(findings))


def _closing(findings: PageFindings) -> tuple[str, ...]:
    """The chosen cell's test score, and how many others may be as good."""
    others = findings.against_best
    sentences: list[str] = []
    if findings.study.design in ("one-factor", "leave-one-out"):
        total = count(len(findings.cells), "configuration")
        sentences.append(f"Of all {total}, {findings.words(findings.best_cell)} ranks first.")
    sentences += test_score(findings, "the best one", baseline_name(findings))
    if others.empty or others["outcome"].eq("identical").all():
        return tuple(sentences)
    near = int((~others["apart"]).sum())
    if others["outcome"].eq("one seed").all():
        sentences.append("With one seed nothing says whether another seed would give the same order.")
    elif near == 0:
        every = "The other one" if len(others) == 1 else f"Each of the {len(others)} others"
        sentences.append(f"{every} can be ruled out as the best{_close(findings)}.")
    else:
        none = "The other one cannot" if near == 1 else f"None of the {near} others can"
        some = f"{near} of {count(len(others), 'other configuration')} cannot"
        text = f"{none if near == len(others) else some} be ruled out as the best"
        sentences.append(f"{text}{_close(findings)}.")
    return tuple(sentences)


def _close(findings: PageFindings) -> str:
    """How many are shown to lie less than Δ behind the best, whichever it is."""
    table = findings.against_best
    close = int(table["within"].sum())
    if not close:
        return ""
    who = f"{close} of the others are" if close > 1 else "it is" if len(table) == 1 else "one of the others is"
    return f"; {who} shown to be less than {findings.scale.gap(table['delta'].iloc[0])} behind it, whichever that is"
