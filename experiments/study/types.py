"""What the tables of a study hold, in Python as in its file: levels, settings, factors."""

from collections.abc import Callable
from typing import Any, Literal, NotRequired, Protocol, TypeAlias, TypedDict

Plain: TypeAlias = Any  # what JSON has: nothing, true, false, a number, text, or a list or table of them
PlainTable: TypeAlias = dict[str, Plain]
Level: TypeAlias = Plain  # a plain value, a list of them, or a named part as a table: `{"name": "huber", "delta": 0.5}`
Settings: TypeAlias = dict[str, Level]  # the level of each setting, by its name
OwnPart: TypeAlias = Any  # a part of the user's own: nothing is known of it before it is asked
KerasPart: TypeAlias = Any  # an object of the Keras class that a rule is for: layer, optimizer, regularizer, loss …
Build: TypeAlias = Callable[..., Any]  # a user's function that builds a model, or a task


class Range(TypedDict):
    """Where a random design or a search draws from, ends included. scale: `reverse_log` in keras-tuner's own only."""

    min: float
    max: float
    scale: NotRequired[Literal["log", "linear", "reverse_log"]]


class Row(Protocol):
    """A row of a table, whether a dictionary or a Series: its values by column."""

    def __getitem__(self, column: str, /) -> Plain: ...


Factors: TypeAlias = dict[str, list[Level] | Range]  # by name the levels of a factor, or in a random design its range


class Objects(TypedDict, total=False):
    """What a study takes from Python in place of a name: such a study runs in one process.

    task: an `experiments.tasks.Task`. model: a function that builds a model. sources: digests of their sources.
    metrics: by their columns.
    """

    task: OwnPart
    model: Build
    sources: dict[str, str]
    metrics: dict[str, object]
