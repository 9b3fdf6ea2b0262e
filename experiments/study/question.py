"""What a study asks, declared before its first trial: it decides which comparison answers, and changes no trial."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from experiments.errors import show
from experiments.study.trial import digest
from experiments.study.types import PlainTable, Settings

DEFAULT_TEXT = "Which setting works best?"
ABOUT = ("this data", "other data of the kind")


@dataclass(frozen=True)
class Question:
    """The question as the study declares it, levels as labels.

    metric, direction: what decides, and whether more ("max") or less ("min") of it is better.
    baseline: the label of every setting in the baseline.
    compare: `{"factor", "level", "against", "conditions"}` of the primary comparison; None where none is declared.
    smallest_effect, failure_score: in the units of the metric; None for the defaults. about: one of `ABOUT`, or "".
    """

    text: str
    metric: str
    direction: str
    baseline: Settings = field(default_factory=dict)
    compare: Settings | None = None
    smallest_effect: float | None = None
    failure_score: float | None = None
    about: str = ""

    @property
    def declared(self) -> PlainTable:
        """What is declared beyond text and baseline, as a manifest's study has it; nothing of what is left out."""
        declared = {
            "compare": self.compare,
            "smallest_effect": self.smallest_effect,
            "failure_score": self.failure_score,
            "about": self.about or None,
        }
        return {name: value for name, value in declared.items() if value is not None}

    def as_json(self) -> PlainTable:
        """All of it as JSON has it."""
        return {
            "text": self.text,
            "metric": self.metric,
            "direction": self.direction,
            "baseline": self.baseline,
            **self.declared,
        }


def add_stamp(stamps: Sequence[PlainTable], question: Question, trials: int, at: str) -> list[PlainTable]:
    """The stamps of a study with that of a question added, unless the last one is of the same question.

    stamps: `{"digest", "at", "trials", "question"}` each, the oldest first. trials: how many have ended so far.
    at: the time. A question without results is replaced; one that has results is kept.

    >>> first = add_stamp([], Question("Which?", "accuracy", "max", {"loss": "huber"}), 0, "2026-01-01T00:00:00+00:00")
    >>> other = Question("Which?", "accuracy", "max", {"loss": "huber"}, smallest_effect=0.01)
    >>> [stamp["trials"] for stamp in add_stamp(first, other, 40, "2026-01-02T00:00:00+00:00")]
    [0, 40]
    """
    content = question.as_json()
    if stamps and not any(differences(stamps[-1]["question"], content)):
        return list(stamps)
    kept = [stamp for stamp in stamps if stamp["trials"] or trials]
    return [*kept, {"digest": digest(content, 16), "at": at, "trials": trials, "question": content}]


def differences(before: PlainTable, now: PlainTable) -> Iterator[tuple[str, str, str]]:
    """`(what, before, now)` of all in which two questions differ, as `Question.as_json` gives them.

    A setting that only one of the two has in its baseline came with another version of the software, and is no
    difference.

    >>> list(differences({"smallest_effect": 0.005}, {"smallest_effect": 0.01}))
    [('smallest effect', '0.005', '0.01')]
    """
    for name in ("text", "metric", "direction", "compare", "smallest_effect", "failure_score", "about"):
        if before.get(name) != now.get(name):
            yield name.replace("_", " "), _show(before.get(name)), _show(now.get(name))
    baselines = before.get("baseline", {}), now.get("baseline", {})
    for name in sorted(set(baselines[0]) & set(baselines[1])):
        mine, other = baselines[0][name], baselines[1][name]
        if mine != other:
            yield f"baseline {name}", _show(mine), _show(other)


def _show(value: object) -> str:
    if value is None:
        return "the default"
    if isinstance(value, dict):
        at = "".join(f", {name} {show(own_level)}" for name, own_level in value["conditions"].items())
        return f"{value['factor']} {show(value['level'])} against {show(value['against'])}{at}"
    return show(value)
