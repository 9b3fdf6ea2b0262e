"""Counts and examples in sentences."""

from collections.abc import Iterable


def count(how_many: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "row"), count(2, "row")
    ('1 row', '2 rows')
    """
    return f"{how_many} {noun}" if how_many == 1 else f"{how_many} {noun}s"


def quote(cell: str) -> str:
    """A cell as messages have it.

    >>> quote("relu"), quote("")
    ('“relu”', 'an empty cell')
    """
    return f"“{cell}”" if cell else "an empty cell"


def examples(cells: Iterable[object], most: int = 4) -> str:
    """The first few of some cells, as a list in prose.

    >>> examples(["a", "b"]), examples(range(6), most=2)
    ('“a” and “b”', '“0”, “1” and 4 more')
    """
    quoted = [quote(str(cell)) for cell in dict.fromkeys(cells)]
    if len(quoted) > most:
        quoted = [*quoted[:most], f"{len(quoted) - most} more"]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
