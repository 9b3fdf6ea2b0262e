"""A column of scores as numbers: shares as such, whatever is missing or not finite as that."""

import math
from dataclasses import dataclass, field

from experiments.errors import RequestError
from experiments.interchange.imports.table.choices import PER_CENT
from experiments.interchange.imports.table.column import Column, bare, in_per_cent, is_missing
from experiments.interchange.imports.table.number import COMMA, in_groups, infinite, number
from experiments.interchange.imports.table.words import examples


@dataclass(frozen=True)
class Scores:
    """By row its score, NaN where it has none. empty: the places of rows without any. said: what was decided.

    hundredths: whether all cells are per cent, and values are a hundredth of them.
    """

    values: list[float]
    empty: list[int] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    hundredths: bool = False


def scores_of(column: Column, *, shown: bool, share: bool, reading: str | None = None) -> Scores:
    """The scores in a column.

    shown: whether this project's pages give the metric in per cent; it is kept as a
    share of 1. share: whether no value can be above 1. reading: `percent` where cells without a sign are that as well.

    A cell with a per-cent sign is a hundredth. Without any sign in the column, shares above 1 are per cent.

    Raises RequestError where a cell is no number, its decimal sign is not clear, or shares are below 1 and above.

    >>> column = Column("acc", ["97 %", "0.9"], [1, 2], number_of={"97 %": 97, "0.9": 0.9})
    >>> scores_of(column, shown=True, share=True).values
    [0.97, 0.9]
    """
    said: list[str] = []
    _refuse_unclear(column)
    percent = _percent(column, shown, share, reading, said)
    values: list[float] = []
    empty: list[int] = []
    for at, cell in enumerate(column.cells):
        value = column.number_of.get(cell)
        if value is None:
            values.append(infinite(cell) or math.nan if not is_missing(cell) else math.nan)
            empty += [at] if cell.casefold() != "nan" and is_missing(cell) else []
        else:
            values.append(float(number(bare(cell), column.sign, hundredth=cell in percent) or 0))
    if column.sign == COMMA and any("," in cell for cell in column.number_of):
        said.append(f"{column.name}: the comma is the decimal sign.")
    if grouped := [cell for cell in column.number_of if in_groups(bare(cell), column.sign)]:
        said.append(f"{column.name}: numbers have groups of thousands, as in {examples(grouped[:1])}.")
    return Scores(values, empty, said, hundredths=bool(percent) and percent == {*column.number_of})


def _refuse_unclear(column: Column) -> None:
    row = column.row
    if column.mixed:
        point, comma = column.mixed
        first, second = (next(text for text in column.cells if bare(text) == cell) for cell in (point, comma))
        raise RequestError(
            f'{column.name}: has "{first}" (row {row(first)}) and "{second}" (row {row(second)}), so the decimal sign '
            "is a point here and a comma there; write them alike"
        )
    if column.unclear:
        cell = next(cell for cell in column.cells if bare(cell) == column.unclear)
        raise RequestError(
            f'{column.name}: "{cell}" in row {row(cell)} is one number with a decimal point and another with a decimal '
            "comma; say --decimal point or --decimal comma"
        )
    for cell in column.distinct:
        if cell not in column.number_of and not is_missing(cell) and infinite(cell) is None:
            raise RequestError(f'{column.name}: has "{cell}" in row {row(cell)}; allowed are numbers')


def _percent(column: Column, shown: bool, share: bool, reading: str | None, said: list[str]) -> set[str]:
    """The spellings that are per cent."""
    signed = {cell for cell in column.number_of if in_per_cent(cell)}
    plain = [cell for cell in column.number_of if cell not in signed]
    above = [cell for cell in plain if column.number_of[cell] > 1]
    below = [cell for cell in plain if 0 < column.number_of[cell] <= 1]
    every = reading == PER_CENT or (shown and not signed and bool(above) and not below)
    if share and not every and above and (signed or below):
        first, other = above[0], (below or sorted(signed))[0]
        raise RequestError(
            f'{column.name}: has "{first}" (row {column.row(first)}) beside "{other}" (row {column.row(other)}), and '
            f"no share is above 1; say --read {column.name}=percent if every cell is in per cent, else write them alike"
        )
    if every:
        said.append(f"{column.name}: given in per cent, kept as shares of 1.")
        return {*signed, *plain}
    if signed and plain:
        said.append(
            f"{column.name}: cells with a per-cent sign ({examples(sorted(signed)[:1])}) are per cent, the others "
            f"({examples(plain[:1])}) are not; all are kept as shares of 1."
        )
    elif signed:
        said.append(f"{column.name}: given in per cent, kept as shares of 1.")
    return signed
