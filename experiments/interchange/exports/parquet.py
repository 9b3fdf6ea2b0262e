"""Results as two Parquet files with typed columns: one row per trial, and one row per trial and epoch."""

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.interchange.exports.results import Results, clear, read_results, require
from experiments.study.columns import TrialRow, history_columns, trial_columns
from experiments.study.types import Plain

if TYPE_CHECKING:
    import pyarrow as pa

_WHOLE = ("seed", "parameters", "epochs_run", "epoch")
_TEXT = ("study", "trial", "cell", "task", "model", "status", "engine", "error")


def export_parquet(results_folder: Path, target: Path) -> Path:
    """Writes `trials.parquet` and `history.parquet` from `results/<study>/`; returns `target`.

    The rows and columns are those of `trials.csv` and `history.csv`. Losses, metrics, figures of layers and seconds
    are float64; seeds, epochs and counts int64; ids, names and errors text. A setting is int64, float64 or bool where
    all of its values are, and text as in the CSV otherwise: `none` beside 0.5 makes "none" and "0.5". What is not
    there, or not a number, is null. Each file's schema has the study's name under `study` and `manifest.json` under
    `manifest`:

        json.loads(pyarrow.parquet.read_schema("trials.parquet").metadata[b"manifest"])["study"]["factors"]

    An earlier export to the same folder is replaced.

    Raises RequestError where pyarrow is not installed, where there are no results, or `target` holds something else.
    """
    require("parquet", "pyarrow")
    from pyarrow import parquet

    results = read_results(results_folder)
    clear(target)
    parquet.write_table(_trials(results), target / "trials.parquet")
    parquet.write_table(_history(results), target / "history.parquet")
    return target


def _trials(results: Results) -> "pa.Table":
    columns = trial_columns(results.settings, results.metrics, results.telemetry)
    return _table(results, columns, results.rows, settings=results.settings)


def _history(results: Results) -> "pa.Table":
    columns = history_columns(results.metrics, results.telemetry)
    entries = [
        {"trial": row["trial"], **entry} for row in results.rows for entry in results.histories.get(row["trial"], [])
    ]
    return _table(results, columns, entries, settings=[])


def _table(results: Results, columns: list[str], rows: list[TrialRow], settings: list[str]) -> "pa.Table":
    import pyarrow as pa

    columns_by_name = {}
    for name in columns:
        values = [None if _is_absent(row.get(name)) else row[name] for row in rows]
        kind = _kind(values) if name in settings else str if name in _TEXT else int if name in _WHOLE else float
        kinds = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
        columns_by_name[name] = pa.array([None if value is None else kind(value) for value in values], kinds[kind])
    described = {"study": results.name, "manifest": json.dumps(results.manifest, ensure_ascii=False)}
    return pa.table(columns_by_name).replace_schema_metadata(described)


def _is_absent(value: Plain) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _kind(values: list[Plain]) -> type:
    """The narrowest type that has all values as they are."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int} and all(-(2**63) <= value < 2**63 for value in values if value is not None):
        return int
    if kinds in ({float}, {int, float}):
        return float
    return bool if kinds == {bool} else str
