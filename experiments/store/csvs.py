"""`trials.csv`, `history.csv` and `correct.csv` from the journal: the same rows give the same bytes."""

import base64
import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.store.files import write
from experiments.study import catalog
from experiments.study.columns import CORRECT_COLUMNS, TrialRow, history_columns, telemetry_columns, trial_columns
from experiments.study.level import label
from experiments.study.trial import LATER
from experiments.study.types import Plain, PlainTable

if TYPE_CHECKING:
    from experiments.store.journal import Journal  # reports make CSVs, and never open a journal


def write_csvs(journal: "Journal", folder: Path, settings: list[str], metrics: tuple[str, ...]) -> None:
    """Replace the files, their rows as `in_order` has them.

    `correct.csv`, which test examples came out right, is there where seeds are tested on the same examples.
    """
    rows = in_order(journal.rows(), settings)
    histories = journal.histories()
    figures = telemetry_columns(name for row in rows for name in row)
    entries = ({"trial": row["trial"], **entry} for row in rows for entry in histories.get(row["trial"], []))
    write(folder / "trials.csv", csv_text(trial_columns(settings, metrics, figures), rows))
    write(folder / "history.csv", csv_text(history_columns(metrics, figures), entries))
    if correct := _correct(journal, rows):
        write(folder / "correct.csv", csv_text(CORRECT_COLUMNS, correct))
    else:
        (folder / "correct.csv").unlink(missing_ok=True)


def _correct(journal: "Journal", rows: list[TrialRow]) -> list[PlainTable]:
    """Of every trial whose test set another seed has too the examples that came out right, as base64 of bits."""
    tested = journal.tested()
    seeds: dict[str, set[int]] = {}
    for row in rows:
        if one := tested.get(row["trial"]):
            seeds.setdefault(one.test_set, set()).add(row["seed"])
    return [
        {
            "trial": row["trial"],
            "test_set": one.test_set,
            "examples": one.examples,
            "correct": base64.b64encode(one.correct).decode(),
        }
        for row in rows
        if (one := tested.get(row["trial"])) and len(seeds[one.test_set]) > 1
    ]


def in_order(rows: Iterable[TrialRow], settings: list[str]) -> list[PlainTable]:
    """Rows sorted by seed, then by the settings' values, whatever the order of training.

    Where a row is from before there was a setting, it gets what the setting was then.
    """
    later = LATER | catalog.later_settings()
    before = {name: label(name, level) for name, level in later.items() if name in settings}
    return sorted(
        (before | row for row in rows),
        key=lambda row: (row["seed"], [_order(row.get(name)) for name in settings], row["trial"]),
    )


def _order(value: Plain) -> tuple[int, float, str]:
    if isinstance(value, int | float):
        return (0, float(value), "")
    return (1, 0.0, "" if value is None else str(value))


def csv_text(columns: Iterable[str], rows: Iterable[TrialRow]) -> str:
    """A CSV's text; what a row has beside the columns is left out, what it lacks is empty.

    >>> csv_text(["a", "b"], [{"a": 1, "c": 2}])
    'a,b\\n1,\\n'
    """
    target = io.StringIO()
    writer = csv.DictWriter(target, list(columns), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()
