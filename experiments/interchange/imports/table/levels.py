"""A factor's column as levels: what is one level and what is two, whatever the spelling."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from experiments.errors import RequestError, unknown
from experiments.interchange.imports.table.choices import EXACT, LOOSE
from experiments.interchange.imports.table.column import Column, bare, in_per_cent, is_missing
from experiments.interchange.imports.table.natural import natural
from experiments.interchange.imports.table.number import COMMA, POINT, Number, in_groups, number
from experiments.interchange.imports.table.words import examples, quote
from experiments.study.labels import NONE, text

_BOOLEAN = ("true", "false")
_ROUNDING = 1e-6  # relative; numbers that went through 32 bits differ by less
_EMPTY = "(empty)"
Level = Number | str


@dataclass(frozen=True)
class Levels:
    """A column's levels. of: the level of each spelling. said: what was decided."""

    column: Column
    of: dict[str, Level]
    said: list[str] = field(default_factory=list)

    @cached_property
    def rows(self) -> list[Level]:
        """The level of every row."""
        return [self.of[cell] for cell in self.column.cells]

    def order(self, rows: Sequence[Level], baseline: str | None = None) -> list[Level]:
        """The levels of some rows: numbers by size, names as in a dictionary, the baseline's before them.

        baseline: a level as the table spells it; by default the first in that order, which no order of rows changes.

        Raises RequestError where there is no such level.
        """
        levels = list(dict.fromkeys(rows))
        ordered = sorted(levels, key=natural)
        if baseline is None:
            first: Level | None = ordered[0]
        else:
            names = {**{str(level): level for level in levels}, **self.of}
            value = number(baseline, self.column.sign)
            first = names.get(baseline, value if value in levels else None)
        if first not in levels:
            raise RequestError(unknown(f"--baseline {self.column.name}", baseline, map(str, ordered)))
        return [first, *(level for level in ordered if level != first)]


def levels_of(column: Column, reading: str | None = None, *, comma: bool = False) -> Levels:
    """The levels in a factor's column.

    Equal numbers are one level, however they are spelled; a cell that is no number is a name, letter by letter. Cells
    are numbers with a decimal comma only where that is sure. What is missing is the level `none`.

    reading: `exact`, what is spelled otherwise is another level; `loose`, capitals and rounding don't count. comma:
    whether the table's scores have a decimal comma.

    Raises RequestError for spellings that may be one level or two.

    >>> levels_of(Column("units", ["64", "64.0", "32"], [1, 2, 3], number_of={"64": 64, "64.0": 64, "32": 32})).rows
    [64, 64, 32]
    """
    said: list[str] = []
    single = _singles(column, comma or column.name.casefold() in RATES, said)
    if reading is None:
        _ask(column, single)
    if reading == LOOSE:
        single = _merge(single)
    if reading == EXACT:
        single = _keep_apart(single)
    single = _missing(column, single, said)
    single = _safe(single)
    return Levels(column, single, said + _describe_double_spellings(column, single))


RATES = ("learning_rate", "lr", "learning-rate", "learningrate")


def _singles(column: Column, comma: bool, said: list[str]) -> dict[str, Level]:
    """The level of each spelling taken for itself: a number, a truth value, or its letters."""
    rest = [cell for cell in column.distinct if not is_missing(cell)]
    if rest and all(cell.casefold() in _BOOLEAN for cell in rest):
        return {cell: cell if is_missing(cell) else cell.casefold() for cell in column.distinct}
    sign = column.sign
    with_comma = [cell for cell in rest if "," in cell and cell in column.number_of]
    sure = comma or all(cell.lstrip("+-−").startswith("0,") for cell in with_comma)
    if column.mixed or column.unclear or (sign == COMMA and not sure):
        sign = POINT
    levels: dict[str, Level] = {}
    for cell in column.distinct:
        value = None if is_missing(cell) or in_per_cent(cell) or in_groups(cell, sign) else number(cell, sign)
        levels[cell] = cell if value is None else value
    if sign == COMMA and with_comma:
        said.append(f"{column.name}: the comma is the decimal sign.")
    elif with_comma:
        names = examples(cell for cell in with_comma)
        said.append(f"{column.name}: {names} are taken as names; --decimal comma or point reads them as numbers.")
    return levels


def _fold(cell: str, level: Level) -> object:
    """What two spellings share that may be one level: a number by any sign, letters whatever their capitals."""
    if is_missing(cell):
        return None
    if not isinstance(level, str):
        return float(level) if abs(level) < 2**53 else level
    values = [number(bare(cell), sign) for sign in (POINT, COMMA)]
    value = next((value for value in values if value is not None), None)
    if value is not None:
        return value / 100 if in_per_cent(cell) else float(value)
    return re.sub(r"\s*([,;:=|/()\[\]{}])\s*", r"\1", cell.casefold())


def _groups(single: dict[str, Level]) -> list[list[str]]:
    """Spellings of more than one level that may be one, the groups in order of appearance."""
    groups: dict[object, list[str]] = {}
    for cell, level in single.items():
        groups.setdefault(_fold(cell, level), []).append(cell)
    numbers = sorted(key for key in groups if isinstance(key, float))
    for low, high in pairwise(numbers):
        whole = low == int(low) and high == int(high) if abs(high) < 2**53 else True
        if not whole and high - low <= _ROUNDING * max(abs(low), abs(high)):
            groups[high] = groups.pop(low) + groups[high]
    return [cells for cells in groups.values() if len({single[cell] for cell in cells}) > 1]


def _ask(column: Column, single: dict[str, Level]) -> None:
    truth = {"true": "1", "false": "0"}
    folded = {cell.casefold() for cell in single if not is_missing(cell)}
    if folded & set(truth) and folded & {"0", "1", "0.0", "1.0"} and folded <= {*truth, "0", "1", "0.0", "1.0"}:
        raise RequestError(
            f"{column.name}: has {examples(single)}; if 1 means true and 0 false, write them so; --read "
            f"{column.name}=exact makes each a level of its own"
        )
    if groups := _groups(single):
        first, other = groups[0][0], next(cell for cell in groups[0] if single[cell] != single[groups[0][0]])
        raise RequestError(
            f"{column.name}: has {quote(first)} (row {column.row(first)}) and {quote(other)} (row "
            f"{column.row(other)}); say --read {column.name}=loose if they are one level, --read "
            f"{column.name}=exact if two"
        )


def _merge(single: dict[str, Level]) -> dict[str, Level]:
    """Every group as one level: its number with the shortest spelling, or the spelling that sorts first."""
    merged = dict(single)
    for cells in _groups(single):
        numbers = [single[cell] for cell in cells if not isinstance(single[cell], str)]
        first = min(numbers, key=lambda level: (len(repr(level)), level)) if numbers else min(cells)
        merged |= dict.fromkeys(cells, first)
    return merged


def _keep_apart(single: dict[str, Level]) -> dict[str, Level]:
    """Each spelling as a level of its own; numbers stay numbers where each is spelled in one way."""
    counts = Counter(single.values())
    alone = all(counts[level] == 1 for level in single.values())
    marks = [cell for cell in single if is_missing(cell)]
    found = single if alone else {cell: cell for cell in single}
    return found | ({"": _EMPTY} if "" in marks and len(marks) > 1 else {})


def _missing(column: Column, single: dict[str, Level], said: list[str]) -> dict[str, Level]:
    """What is missing as the level `none`, where it is one spelling or one level."""
    cells = [cell for cell in single if is_missing(cell)]
    if not cells or len({single[cell] for cell in cells}) > 1 or single[cells[0]] == _EMPTY:
        return single
    if any(cell.casefold() != NONE for cell in cells):
        many = sum(cell in cells for cell in column.cells)
        rows = "1 row" if many == 1 else f"{many} rows"
        said.append(f"{column.name}: {examples(cells)} in {rows}; that is the level “{NONE}” here.")
    return single | dict.fromkeys(cells, NONE)


def _safe(single: dict[str, Level]) -> dict[str, Level]:
    """Names that a reader of CSVs would take for another level's are put in quotes."""
    levels = dict.fromkeys(single.values())
    shared = Counter(text(level) for level in levels)
    renamed = {level: f"“{level}”" for level in levels if shared[text(level)] > 1 and text(level) != level}
    return {cell: renamed.get(level, level) for cell, level in single.items()}


def _describe_double_spellings(column: Column, single: dict[str, Level]) -> list[str]:
    found: dict[Level, list[str]] = {}
    for cell, level in single.items():
        found.setdefault(level, []).append(cell)
    same = [" and ".join(quote(cell) for cell in cells) for cells in found.values() if len(cells) > 1]
    if not same:
        return []
    more = f", and so on ({len(same)} in all)" if len(same) > 2 else ""
    return [f"{column.name}: {', '.join(f'{spellings} are one level' for spellings in same[:2])}{more}."]
