"""A trial: a cell (one configuration) and a seed, with ids that depend on nothing else."""

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property

from experiments.study.types import PlainTable, Settings


def canonical(value: object) -> str:
    """JSON with sorted keys: equal configurations give equal text.

    >>> canonical({"b": 1, "a": [2.0]})
    '{"a":[2.0],"b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value: object, length: int = 12) -> str:
    """The first hexadecimal digits of SHA-256 over the canonical form."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:length]


# Settings that came after the first results were written, where they change nothing.
LATER: Settings = {"schedule": {"name": "constant"}, "patience": 0, "salt": 0, "keep_epoch": "last"}
_LATER_OF_PARTS = ("global_clipnorm",)  # where it is None


def identity(settings: Settings, neutral: Settings | None = None) -> Settings:
    """Settings as ids have them: without later ones that change nothing, and parts without what is not set.

    neutral: later settings of the study's task, and the level at which each changes nothing.

    >>> identity({"epochs": 1, "patience": 0, "optimizer": {"name": "sgd", "global_clipnorm": None}})
    {'epochs': 1, 'optimizer': {'name': 'sgd'}}
    """
    described = {}
    later = {**LATER, **(neutral or {})}
    for name, level in settings.items():
        if name in later and canonical(level) == canonical(later[name]):
            continue
        part = name == "optimizer" and isinstance(level, dict)
        unset = [key for key in _LATER_OF_PARTS if part and level.get(key, 0) is None]
        described[name] = {key: value for key, value in level.items() if key not in unset} if unset else level
    return described


@dataclass(frozen=True)
class Trial:
    """A cell and its seed.

    parts: the names of task and model, and the digests of the sources of a user's own parts in this cell.
    settings: every setting of the task, the model and the training, in canonical form.
    neutral: as `identity` takes it.

    Defaults of settings that were added later are no part of an id, so that old results are found.

    >>> Trial({"task": "xor"}, {"epochs": 1}, 0).id == Trial({"task": "xor"}, {"epochs": 1}, 0).id
    True
    """

    parts: PlainTable
    settings: Settings
    seed: int
    neutral: Settings = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def cell(self) -> str:
        """The id of the cell."""
        return digest([self.parts, identity(self.settings, self.neutral)])

    @cached_property
    def id(self) -> str:
        """The id of the trial."""
        return digest([self.parts, identity(self.settings, self.neutral), self.seed])
