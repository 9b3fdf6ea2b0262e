"""Columns that the user did not name and that a reader should know of."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Sequence

from experiments.interchange.imports.table.delimited import Delimited
from experiments.interchange.imports.table.direction import direction_of
from experiments.interchange.imports.table.runs import EPOCHS, RUNS, columns_called

_OF_CONFIGURATIONS = ("params.", "params_", "param_", "config.", "config/", "hparams/")
_MOST = 6  # names that are listed


def describe_others(table: Delimited, cells: Sequence[Hashable], taken: Collection[str], *, seeded: bool) -> list[str]:
    """What is to be said of columns beside those asked for.

    table: the rows that count; cells: their configurations. taken: the columns asked for. seeded: whether rows are
    paired by seeds.

    A column varies where its name is that of a setting, or its values come again and its name is no metric's.
    """
    names = [name for name in dict.fromkeys(table.columns) if name not in taken]
    known = {*columns_called(table, RUNS, taken), *columns_called(table, EPOCHS, taken)}
    varied = [name for name in names if name not in known and _varies(table.cells(name), name)]
    within = [name for name in varied if not seeded and _within(table.cells(name), cells)]
    notes: list[str] = []
    if within:
        notes.append(
            f"Rows of one configuration differ in {_list(within)}, and are taken for repetitions of one another. If "
            "that was varied, name it among --factors; if it is the seed, by --seed."
        )
    if beside := [name for name in varied if name not in within]:
        notes.append(f"Varied too, and not among --factors: {_list(beside)}.")
    again = [name for name in dict.fromkeys(taken) if f"{name}.1" in names]
    return notes + [
        f"There is a column {name}.1 beside {name}; pandas names a second column {name} so." for name in again
    ]


def _varies(cells: list[str], name: str) -> bool:
    distinct = len({*cells})
    if distinct < 2 or not name:
        return False
    return name.startswith(_OF_CONFIGURATIONS) or (2 * distinct <= len(cells) and direction_of(name) is None)


def _within(values: list[str], cells: Sequence[Hashable]) -> bool:
    """Whether rows of one configuration differ."""
    seen: dict[Hashable, set[str]] = defaultdict(set)
    for value, cell in zip(values, cells, strict=True):
        seen[cell].add(value)
    return any(len(some) > 1 for some in seen.values())


def _list(names: list[str]) -> str:
    return ", ".join(names[:_MOST]) + (", …" if len(names) > _MOST else "")
