"""The order of levels and seeds: numbers by size, names as in a dictionary."""

import re

from experiments.interchange.imports.table.number import Number


def natural(level: Number | str) -> tuple[bool, Number, list[tuple[int, int, str]], str]:
    """A key to sort by: numbers first, then names, numbers within these by size.

    >>> sorted(["b10", "b9", "a", 2, 0.5], key=natural)
    [0.5, 2, 'a', 'b9', 'b10']
    """
    if not isinstance(level, str):
        return (False, level, [], "")
    parts = re.findall(r"[0-9]{1,300}|[^0-9]+", level.casefold())
    return (True, 0, [(0, int(part), "") if part[0] in "0123456789" else (1, 0, part) for part in parts], level)
