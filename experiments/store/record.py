"""What a journal keeps of a study beside its trials and its plan."""

from dataclasses import dataclass, field, fields, replace

from experiments.store.environment import Environment, read_environment
from experiments.study.types import PlainTable


@dataclass(frozen=True)
class Record:
    """What results are of, with what they were made, and when. What is not known yet is None, or empty.

    study: the study in labels, as `Study.describe` gives it, with the seeds and levels of all requests. fixed: what
    must stay the same for results to be extended, as `Study.fixed` gives it. digest: of `fixed`.

    environment: what trials were computed with. threads: with how many each was computed; last bits depend on it.
    started, ended: times, in ISO 8601.

    looked: one `{"seeds", "planned"}` for each number of seeds with which results were there whole. questions: the
    stamps of the study's question, as `add_stamp` gives them. best: the id of the trial whose model `best.keras` is.
    """

    study: PlainTable | None = None
    fixed: PlainTable | None = None
    digest: str | None = None
    environment: Environment | None = None
    threads: int | None = None
    started: str | None = None
    ended: str | None = None
    looked: list[PlainTable] = field(default_factory=list)
    questions: list[PlainTable] = field(default_factory=list)
    best: str | None = None

    def completed(self, other: "Record") -> "Record":
        """This record, with what it lacks taken from another.

        >>> found = Record(best="a").completed(Record(best="b", digest="c"))
        >>> found.best, found.digest
        ('a', 'c')
        """
        return replace(self, **{name: getattr(other, name) for name in NAMES if getattr(self, name) in (None, [])})


NAMES = tuple(field.name for field in fields(Record))


def read_record(facts: PlainTable) -> Record:
    """A record from what is kept of it, by name; other names are ignored, and so is what is not known."""
    known = {name: facts[name] for name in NAMES if facts.get(name) is not None}
    if "environment" in known:
        known["environment"] = read_environment(known["environment"])
    return Record(**known)


def as_facts(record: Record) -> PlainTable:
    """A record as JSON values by name, for `read_record`."""
    return vars(record) | {"environment": record.environment.as_table() if record.environment else None}
