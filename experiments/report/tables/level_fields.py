"""What each row of a table of comparisons begins with: the factor, the conditions, and the level compared."""

from experiments.analysis.rows import NamedRow
from experiments.report.tables.table import Value, value
from experiments.study.labels import number
from experiments.study.words import name, short


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
