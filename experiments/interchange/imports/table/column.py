"""What the cells of a column are, decided from the whole column before anything is made of them.

A cell is missing, a number, a share in per cent, or text. Which number a cell is depends on the decimal sign. A
column has one: that of its cells that are numbers by one sign only, else that of the rest of the file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from experiments.interchange.imports.table.number import COMMA, POINT, Number, in_groups, number, signs_of

MISSING = ("", "nan", "none", "null", "na", "n/a", "-", "--", "–", "—", "<na>", "nat", "nil", "#n/a", "undefined")
_PER_CENT = "%％"


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is nothing.

    >>> is_missing(""), is_missing("NaN"), is_missing("-"), is_missing("0")
    (True, True, True, False)
    """
    return cell.casefold() in MISSING


def in_per_cent(cell: str) -> bool:
    """Whether a cell has a per-cent sign.

    >>> in_per_cent("97.2 %"), in_per_cent("0.97")
    (True, False)
    """
    return cell[-1:] in _PER_CENT and cell != ""


def bare(cell: str) -> str:
    """A cell without its per-cent sign."""
    return cell.rstrip(_PER_CENT + " ")


@dataclass(frozen=True)
class Column:
    """A column's cells, cleaned, and how its numbers are written.

    rows: the number of each cell's row in the file. sign: the decimal sign, `.` or `,`. mixed: two cells that no one
    sign makes numbers of, the first by the point. unclear: a cell that is another number by the other sign, where
    nothing shows which. number_of: the numbers among the spellings, a per-cent sign left out.
    """

    name: str
    cells: list[str]
    rows: list[int] = field(default_factory=list)
    sign: str = POINT
    mixed: tuple[str, str] | None = None
    unclear: str | None = None
    number_of: Mapping[str, Number] = field(default_factory=dict)

    def row(self, cell: str) -> int:
        """The number of the first row with such a cell."""
        return self.rows[self.cells.index(cell)]

    @property
    def distinct(self) -> list[str]:
        """The spellings that there are, in order of appearance."""
        return list(dict.fromkeys(self.cells))


def read_column(
    name: str, cells: list[str], rows: list[int], sign: str | None = None, others: Iterable[str] = ()
) -> Column:
    """A column, with its decimal sign decided.

    rows: the numbers of the cells' rows in the file. sign: where the user has said it. others: the signs that other
    columns of the file are sure of.

    >>> read_column("lr", ["0,001", "0,01"], [1, 2]).number_of
    {'0,001': 0.001, '0,01': 0.01}
    >>> read_column("val_mse", ["1,234"], [1]).unclear, read_column("val_mse", ["1,234", "2,000.5"], [1, 2]).sign
    ('1,234', '.')
    """
    mixed, unclear = None, None
    if sign is None:
        sign, mixed, unclear = _decide_sign({bare(cell) for cell in cells}, set(others))
    pairs = ((cell, number(bare(cell), sign)) for cell in dict.fromkeys(cells) if not is_missing(cell))
    return Column(name, cells, rows, sign, mixed, unclear, {cell: value for cell, value in pairs if value is not None})


def sure_sign(cells: Iterable[str]) -> str | None:
    """The decimal sign of which a column of numbers is sure; None for others.

    >>> sure_sign(["0,5", ""]), sure_sign(["1", "2"]), sure_sign(["0.5", "relu"])
    (',', None, None)
    """
    rest = {bare(cell) for cell in cells if not is_missing(cell)}
    kinds = [signs_of(cell) for cell in rest]
    sure = {next(iter(signs)) for signs in kinds if len(signs) == 1}
    return sure.pop() if len(sure) == 1 and all(kinds) else None


def _decide_sign(cells: set[str], others: set[str]) -> tuple[str, tuple[str, str] | None, str | None]:
    """The decimal sign; two cells that contradict each other; a cell that may be two numbers."""
    kinds = {cell: signs_of(cell) for cell in sorted(cells)}
    only = {sign: [cell for cell, signs in kinds.items() if signs == {sign}] for sign in (POINT, COMMA)}
    if only[POINT] and only[COMMA]:
        return POINT, (only[POINT][0], only[COMMA][0]), None
    unclear = [cell for cell, signs in kinds.items() if len(signs) == 2 and number(cell, POINT) != number(cell, COMMA)]
    commas = [cell for cell in unclear if in_groups(cell, POINT)]
    if only[COMMA] or only[POINT]:
        sign = COMMA if only[COMMA] else POINT
        grouped = [cell for cell in unclear if in_groups(cell, sign)]
        shown = any(in_groups(cell, sign) for cell in only[sign])
        return sign, None, (grouped[0] if grouped and not shown else None)
    if others == {COMMA} and len(commas) == len(unclear):
        return COMMA, None, None
    if COMMA in others or commas:
        return POINT, None, (commas or unclear or [None])[0]
    return POINT, None, None
