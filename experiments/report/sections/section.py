"""A section of a page: a heading with what stands under it."""

from collections.abc import Iterable
from dataclasses import dataclass

from experiments.report.figures.figure import Figure
from experiments.report.tables.table import Table


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it. name: of its anchor. code: pieces of code."""

    name: str
    title: str
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    text: str = ""
    code: tuple[str, ...] = ()


def section(
    name: str,
    title: str,
    figures: Iterable[Figure | None] = (),
    tables: Iterable[Table | None] = (),
    text: str = "",
    code: tuple[str, ...] = (),
) -> Section | None:
    """A section of those figures and tables that are not None; None where no figure, table or text is left.

    >>> section("trust", "Whether the method can be trusted", [None]) is None
    True
    """
    shown = Section(name, title, tuple(filter(None, figures)), tuple(filter(None, tables)), text, code)
    return shown if shown.figures or shown.tables or shown.text else None
