"""The rows of a table as named tuples, for tables of few rows and many columns."""

from collections import namedtuple
from collections.abc import Hashable
from functools import cache
from typing import Any, TypeAlias

import pandas as pd

NamedRow: TypeAlias = Any  # a row whose columns are attributes


def row_at(table: pd.DataFrame, label: Hashable) -> pd.Series:
    """The row with a label that no other row has.

    >>> row_at(pd.DataFrame({"mean": [0.5, 0.7]}, index=["mse", "huber"]), "huber")["mean"]
    np.float64(0.7)
    """
    return table.loc[[label]].iloc[0]


def rows_of(table: pd.DataFrame) -> list[NamedRow]:
    """As `table.itertuples()`, which makes a Series of each column: slow for few rows of dozens of columns.

    Columns are the attributes, and `Index` is the row's label.

    >>> rows_of(pd.DataFrame({"loss": ["mse"], "mean": [0.5]}))
    [Row(Index=0, loss='mse', mean=0.5)]
    """
    kind = _row_type(tuple(map(str, table.columns)))
    rows = zip(table.index.tolist(), table.to_numpy(dtype=object).tolist(), strict=True)
    return [kind(label, *values) for label, values in rows]


@cache
def _row_type(names: tuple[str, ...]) -> type[NamedRow]:
    """A named tuple with these fields; what is no Python name gets one by its place, as in pandas."""
    return namedtuple("Row", ("Index", *names), rename=True)
