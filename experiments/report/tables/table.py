"""A table for a reader: headings, rows of texts, and what a column sorts by; and how rows of comparisons begin."""

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.analysis.rows import NamedRow
from experiments.study.labels import number
from experiments.study.words import name, short


@dataclass(frozen=True)
class Value:
    """A field: what is read, what it sorts by (a number or a text), and a role for its looks."""

    text: str
    key: float | str
    role: str = ""


@dataclass(frozen=True)
class Table:
    """name: its id. heads: (heading, whether its column holds numbers). The first column names the row.

    note: how to read it, below it.
    """

    name: str
    caption: str
    heads: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[Value, ...], ...]
    sortable: bool = False
    note: str = ""


def value(text: object, key: float | str | None = None, role: str = "") -> Value:
    """A field that sorts by its text, unless a key is given; NaN sorts last in every direction.

    >>> value("tanh").key, value("97.2", 0.972).key
    ('tanh', 0.972)
    """
    text = str(text)
    return Value(text, text if key is None else key, role)


def table(
    name: str,
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Value]],
    *,
    sortable: bool = False,
    note: str = "",
) -> Table:
    """A table; a column whose every key is a number is set in figures."""
    numbers = [
        bool(rows) and all(isinstance(row[place].key, int | float) for row in rows) for place in range(len(heads))
    ]
    return Table(name, caption, tuple(zip(heads, numbers, strict=True)), tuple(map(tuple, rows)), sortable, note)


def level_fields(row: NamedRow) -> list[Value]:
    """The factor, the level of each condition, and the level compared. row: of `effects`.

    >>> from types import SimpleNamespace
    >>> row = SimpleNamespace(factor="activation", condition={"noise": "0.1"}, level="tanh")
    >>> [field.text for field in level_fields(row)]
    ['activation', '0.1', 'tanh']
    """
    levels = [*row.condition.values(), row.level]
    return [value(name(row.factor)), *(value(short(level), number(level)) for level in levels)]


def level_heads(conditions: list[str]) -> list[str]:
    """The headings above `level_fields`. conditions: of the study.

    >>> level_heads(["noise"])
    ['Factor', 'With noise', 'Level']
    """
    return ["Factor", *(f"With {name(condition)}" for condition in conditions), "Level"]
