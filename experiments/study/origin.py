"""Where a study comes from that was not declared: a search, a confirmation, or a test of another study."""

from dataclasses import dataclass
from typing import Literal

from experiments.study.types import PlainTable


@dataclass(frozen=True)
class SearchOrigin:
    """A study whose cells an oracle proposes.

    tuner: which of keras-tuner's oracles. seed: of the oracle. objective: the column whose values it is told.
    space: the study's factors when it began. together: how many cells it proposes at once. Of imported searches
    only the tuner is known.
    """

    tuner: str
    seed: int | None = None
    objective: str = ""
    space: PlainTable | None = None
    together: int | None = None

    def as_json(self) -> PlainTable:
        """What must stay the same for the search to go on."""
        return {name: getattr(self, name) for name in ("tuner", "seed", "objective", "space", "together")}


@dataclass(frozen=True)
class ConfirmationOrigin:
    """The best cells of a search on fresh seeds; a study with a page of its own. of: the name of the search."""

    of: str

    def as_json(self) -> PlainTable:
        """What must stay the same."""
        return {"confirms": self.of}


@dataclass(frozen=True)
class CheckOrigin:
    """A test of another study, on whose page it stands.

    of: the name of that study. stage: the command. cell: which cell is compared with itself, where one is.
    """

    of: str
    stage: Literal["confirm", "calibrate"]
    cell: str | None = None

    def as_json(self) -> PlainTable:
        """What must stay the same."""
        return {"part_of": self.of, "stage": self.stage, **({"cell": self.cell} if self.cell else {})}


Origin = SearchOrigin | ConfirmationOrigin | CheckOrigin


def read_origin(table: PlainTable | None) -> Origin | None:
    """The origin that a manifest or a journal has under "search"; None of a declared study.

    >>> read_origin({"part_of": "digits", "stage": "confirm"})
    CheckOrigin(of='digits', stage='confirm', cell=None)
    >>> read_origin({"confirms": "digits-tune-random"})
    ConfirmationOrigin(of='digits-tune-random')
    >>> read_origin({"tuner": "random"}).space is None
    True
    """
    if not table:
        return None
    if "part_of" in table:
        return CheckOrigin(table["part_of"], table.get("stage", "confirm"), table.get("cell"))
    if "confirms" in table:
        return ConfirmationOrigin(table["confirms"])
    return SearchOrigin(**{name: table[name] for name in SearchOrigin.__dataclass_fields__ if name in table})
