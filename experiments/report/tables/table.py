"""A table for a reader: headings, rows of texts, and what a column sorts by."""

from collections.abc import Sequence
from dataclasses import dataclass


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
