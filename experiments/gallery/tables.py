"""Tables of the gallery for a reader."""

from collections.abc import Mapping, Sequence

import pandas as pd

from experiments.gallery.entry import Entry
from experiments.gallery.numbers import number, percent
from experiments.gallery.training import NEAR, Comparison
from experiments.report.tables.table import Table, Value, table, value


def cost(row: Mapping[str, float]) -> str:
    """A ratio with the quartiles of its rounds.

    >>> cost({"median": 1.371, "low": 1.168, "high": 1.564})
    '1.37 (1.17 to 1.56)'
    """
    return f"{row['median']:.2f} ({row['low']:.2f} to {row['high']:.2f})"


def functions_table(name: str, caption: str, entries: Sequence[Entry], costs: pd.DataFrame) -> Table:
    """Every function with its ranges and its cost. costs: `median, low, high` by title."""
    return table(
        name,
        caption,
        ["function", "from", "values", "slopes", "cost", "quartiles"],
        [
            [
                value(entry.title),
                value("custom" if entry.parts else "Keras"),
                value(entry.values),
                value(entry.slopes),
                value(f"{costs.loc[entry.title, 'median']:.2f}", float(costs.loc[entry.title, "median"])),
                value(f"{costs.loc[entry.title, 'low']:.2f} to {costs.loc[entry.title, 'high']:.2f}"),
            ]
            for entry in entries
        ],
    )


def penalties_table(comparisons: Sequence[Comparison], examples: int) -> Table:
    """Every penalty: zeros, near zeros and accuracy on held-out examples, without it and with it."""
    near = " or ".join(f"{number(size)} ({kind})" for kind, size in NEAR.items())
    return table(
        "penalties-table",
        f"Without and with each penalty. Near zero is a size below {near}, exact zeros among them. "
        f"Accuracy is on {examples} held-out digits.",
        ["penalty", "of", "exact zeros", "near zeros", "accuracy without", "accuracy with"],
        [
            [
                value(comparison.penalty.title),
                value(comparison.penalty.of),
                _change(comparison, "zeros"),
                _change(comparison, "near zeros"),
                value(percent(comparison.without.right / examples), comparison.without.right),
                value(percent(comparison.with_it.right / examples), comparison.with_it.right),
            ]
            for comparison in comparisons
        ],
    )


def _change(comparison: Comparison, measure: str) -> Value:
    before, after = (trained.measure(measure, comparison.penalty.of) for trained in comparison.both)
    return value(f"{percent(before)} → {percent(after)}", after)
