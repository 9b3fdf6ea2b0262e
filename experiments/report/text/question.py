"""What a study's question declared, when, and whether it was changed: for its answer, caveats and methods."""

from experiments.report.page_findings import PageFindings
from experiments.report.text.provenance import moment
from experiments.study.question import differences
from experiments.study.types import PlainTable
from experiments.study.words import count, join_words

_PARTS = {
    "compare": ("the comparison", "every level is compared with the baseline’s"),
    "smallest_effect": ("the smallest effect of interest", "the smallest effect of interest is that of the metric"),
    "failure_score": ("what a diverged trial scores", "a diverged trial scores what a constant prediction scores"),
    "about": ("what it is about", ""),
}
_NO_TEST = " Results may have suggested what is asked, and then they are no test of it."


def when_declared(findings: PageFindings) -> str:
    """How the declared comparison is introduced: with the time of its stamp, where that is before the first trial."""
    stamps = _stamps(findings)
    if not stamps:
        return "The comparison that the study declares:"
    since = _since(stamps)
    return f"The comparison was declared {_before(since)} ({moment(since['at'])}):"


def question_caveats(findings: PageFindings) -> list[str]:
    """A question that was asked, or changed, when results were there; nothing for one that was asked before."""
    stamps = _stamps(findings)
    if not stamps:
        return []
    first, last = stamps[0], stamps[-1]
    changed = [f"{what} ({before}, now {now})" for what, before, now in _changes(stamps) if what != "text"]
    if changed:
        return [
            f"The question was changed when {_end(last)}: {join_words(changed, most=6)}. What was asked first is kept "
            f"in manifest.json.{_NO_TEST}"
        ]
    if first["trials"] and "compare" in last["question"]:
        return [f"The comparison was declared when {_end(first)}.{_NO_TEST}"]
    return []


def question_method(findings: PageFindings) -> str:
    """When the question was stamped, what it declares, and what holds by default; empty for another tool's results."""
    study = findings.results.manifest["study"]
    if findings.imported or findings.study.search:
        return ""
    random = findings.study.design == "random"
    parts = {name: heading for name, heading in _PARTS.items() if not (random and name == "compare")}
    given = [said for name, (said, _) in parts.items() if study.get(name) not in (None, "")]
    rest = [said for name, (_, said) in parts.items() if said and study.get(name) in (None, "")]
    declares = f"It declares {join_words(given)}." if given else "It declares no more than the study’s baseline."
    default = f" By default {join_words(rest)}." if rest else ""
    return f"{_stamp(_stamps(findings))} {declares}{default}"


def _stamp(stamps: list[PlainTable]) -> str:
    if not stamps:
        return "When the question was asked is not known: these results are from before questions were stamped."
    first, last = stamps[0], stamps[-1]
    said = f"The question was stamped {_before(first)} ({moment(first['at'])}, digest {first['digest']})"
    if len(stamps) > 1:
        said += f", and again {_before(last)} ({moment(last['at'])}, digest {last['digest']})"
        said += ": it had changed" if any(_changes(stamps)) else ": it had changed in between"
    return f"{said}."


def _before(stamp: PlainTable) -> str:
    return f"when {_end(stamp)}" if stamp["trials"] else "before the first trial"


def _end(stamp: PlainTable) -> str:
    return f"{count(stamp['trials'], 'trial')} had ended"


def _stamps(findings: PageFindings) -> list[PlainTable]:
    return list(findings.results.manifest.get("questions", []))


def _since(stamps: list[PlainTable]) -> PlainTable:
    """The stamp since which the comparison is what it is now."""
    found = stamps[-1]
    for stamp in reversed(stamps):
        if any(what.startswith(("compare", "baseline")) for what, *_ in _changes([stamp, stamps[-1]])):
            break
        found = stamp
    return found


def _changes(stamps: list[PlainTable]) -> list[tuple[str, str, str]]:
    return list(differences(stamps[0]["question"], stamps[-1]["question"]))
