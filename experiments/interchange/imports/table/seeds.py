"""A column of seeds as whole numbers: the numbers that they are, to the last digit, or numbers for names."""

from dataclasses import dataclass, field

from experiments.errors import RequestError
from experiments.interchange.imports.table.column import Column, in_per_cent, is_missing
from experiments.interchange.imports.table.natural import natural
from experiments.interchange.imports.table.number import Number, in_groups
from experiments.interchange.imports.table.words import examples

_EXACT = 2**53  # below it every whole number is a float
_LARGEST = 2**63  # below it every whole number has a place in a table of 64 bits


@dataclass(frozen=True)
class Seeds:
    """By row its seed, None where it has none. said: what was decided."""

    rows: list[int | None]
    said: list[str] = field(default_factory=list)


def seeds_of(column: Column) -> Seeds:
    """The seeds in a column.

    Whole numbers stay what they are, `0` and `0.0` are one. Where any seed is something else, or has more than 63
    bits, all are numbered from 0, numbers by size and names in the order of a dictionary, and that is said.

    Raises RequestError for whole numbers that were rounded when they were written.

    >>> seeds_of(Column("seed", ["0", "0.0", ""], [1, 2, 3], number_of={"0": 0, "0.0": 0})).rows
    [0, 0, None]
    """
    value_of: dict[str, Number | str] = {}
    for cell in column.distinct:
        value = None if in_per_cent(cell) or in_groups(cell, column.sign) else column.number_of.get(cell)
        if isinstance(value, int) and abs(value) >= _EXACT and not cell.lstrip("+-−").isdecimal():
            raise RequestError(
                f'--seed {column.name}: "{cell}" in row {column.row(cell)} was rounded when the table was '
                "written, so different seeds may have become one; write them as whole numbers"
            )
        if not is_missing(cell):
            value_of[cell] = cell if value is None else value
    distinct = list(dict.fromkeys(value_of.values()))
    said = []
    if len(distinct) < len(value_of):
        twice = [cell for cell, value in value_of.items() if list(value_of.values()).count(value) > 1]
        said.append(f"Seeds are compared as numbers: {examples(twice[:2])} are one seed.")
    whole = [seed for seed in distinct if isinstance(seed, int)]
    place: dict[Number | str, int] = {seed: seed for seed in whole}
    if len(whole) < len(distinct) or any(abs(seed) >= _LARGEST for seed in whole):
        place = {seed: at for at, seed in enumerate(sorted(distinct, key=natural))}
        said.append(
            f"{column.name}: seeds such as {examples(map(str, list(place)[:2]))} are numbered 0 to {len(place) - 1} "
            "here, in order; equal ones have equal numbers."
        )
    return Seeds([place[value_of[cell]] if cell in value_of else None for cell in column.cells], said)
