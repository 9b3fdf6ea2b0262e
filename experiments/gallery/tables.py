"""Tables of the gallery for a reader."""

from collections.abc import Mapping, Sequence

from experiments.gallery.costs import Cost
from experiments.gallery.entry import Entry
from experiments.gallery.numbers import number, percent
from experiments.gallery.training import NEAR, Comparison
from experiments.report.tables.table import Table, Value, table, value


def functions_table(name: str, caption: str, entries: Sequence[Entry], costs: Mapping[str, Cost]) -> Table:
    """Every function with its ranges and its cost. costs: by title."""
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
                value(f"{cost.median:.2f}", cost.median),
                value(cost.quartiles),
            ]
            for entry, cost in ((entry, costs[entry.title]) for entry in entries)
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
