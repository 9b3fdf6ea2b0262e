"""Results as an MLflow store in one SQLite file: one experiment per study, one parent run
per cell, one child run per trial."""

import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.interchange.exports.results import Results, clear, environment, read_results, require
from experiments.study.columns import TrialRow
from experiments.study.types import Plain

if TYPE_CHECKING:
    from mlflow import MlflowClient

_COUNTS = ("parameters", "epochs_run", "seconds")
_TAGS = ("trial", "cell", "seed", "task", "model", "status", "engine", "error")
_ODD = re.compile(r"[^\w.\- :/]", re.ASCII)  # what MLflow takes in no name


def export_mlflow(results_folder: Path, target: Path) -> Path:
    """Writes the trials of `results/<study>/` to the store `sqlite:///<target>/mlflow.db`; returns `target`.

    The study is an experiment. A cell is a run with its settings as parameters; the trials of its seeds are its
    children, by the tag `mlflow.parentRunId`. A child has its settings as parameters; losses, metrics and figures of
    layers by epoch (the step), and those of its row, test scores included, at the last; `parameters`, `epochs_run` and
    `seconds` as metrics; the tags trial, cell, seed, task, model, status, engine and error; and `level`, which is
    `cell` or `trial`, to tell the two sorts of runs apart:

        MlflowClient(f"sqlite:///{target}/mlflow.db").search_runs([experiment], "tags.level = 'trial'")

    A trial that is ok is FINISHED, one that diverged or failed is FAILED, and so is a cell with such a trial. Of a
    trial that diverged the epochs before are there, and NaN after them, so that no table that shows the last value
    takes it for a good one. Every run starts when the study did and lasts as long as the trial took, for the journal
    keeps no other times. MLflow writes infinity as the largest number.

    The file gets its name once it is whole. An earlier export to the same folder is replaced. MLflow's usage report
    over the network is switched off. 1120 trials of 15 epochs took 38 to 51 s on 2 shared cores.

    Raises RequestError where mlflow-skinny, SQLAlchemy or Alembic is not installed, where there are no results, or
    `target` holds something else.
    """
    require("mlflow", "mlflow", "sqlalchemy", "alembic")
    results = read_results(results_folder)
    clear(target)
    # without a pool no connection is left open on a file that is to be renamed
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_LOGGING_LEVEL": "WARNING"}
    with environment(**quiet, MLFLOW_SQLALCHEMYSTORE_POOLCLASS="NullPool"):
        from mlflow import MlflowClient

        # a name of its own, for MLflow remembers the stores that it has opened
        with tempfile.TemporaryDirectory(dir=target, prefix=".partial-") as partial:
            file = Path(partial).resolve() / "mlflow.db"
            with _without_waiting():
                _write(MlflowClient(tracking_uri=f"sqlite:///{file.as_posix()}"), results, target)
            file.replace(target / "mlflow.db")
    return target


@contextmanager
def _without_waiting() -> Iterator[None]:
    """Within the block, SQLite lets the system decide when to write to disk: an incomplete file is worthless anyway."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def connect(connection: Any, _: Any) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous = OFF")

    event.listen(Engine, "connect", connect)
    try:
        yield
    finally:
        event.remove(Engine, "connect", connect)


def _write(client: "MlflowClient", results: Results, target: Path) -> None:
    artifacts = (target / "artifacts").resolve().as_uri()
    experiment = client.create_experiment(results.name, artifacts, _describe(results))
    for cell, rows in results.cells().items():
        parent = _run(client, experiment, results, rows, cell, {"level": "cell", "cell": cell, "seeds": str(len(rows))})
        for row in rows:
            tags = {name: str(row[name]) for name in _TAGS if row.get(name) is not None}
            tags |= {"level": "trial", "mlflow.parentRunId": parent}
            _run(client, experiment, results, [row], row["trial"], tags, _metrics(row, results))


def _describe(results: Results) -> dict[str, str]:
    """What the experiment says of the study, as tags."""
    study = results.manifest["study"]
    named = {name: study.get(name) for name in ("question", "task", "model", "design")}
    named |= {name: results.manifest.get(name) for name in ("primary", "direction", "command", "digest")}
    named["factors"] = ", ".join(results.factors)
    return {name: str(value) for name, value in named.items() if value}


def _run(
    client: "MlflowClient", experiment: str, results: Results, rows: list[TrialRow], name: str,
    tags: dict[str, str], metrics: Iterable[tuple[str, float, int, bool]] = (),
) -> str:  # fmt: skip
    """A run of one trial or of the trials of a cell; its id."""
    from mlflow.entities import Metric, Param

    start = int(results.started * 1000)
    end = start + max(1, round(max(row.get("seconds") or 0 for row in rows) * 1000))
    run = client.create_run(experiment, start_time=start, tags=tags, run_name=name).info.run_id
    params = [Param(_name(key), str(value)) for key, value in results.settings_of(rows[0]).items()]
    logged = [Metric(_name(key), value, end if ended else start, step) for key, value, step, ended in metrics]
    for some_params, some_metrics in zip_longest(_parts(params, 100), _parts(logged, 900), fillvalue=()):
        client.log_batch(run, params=some_params, metrics=some_metrics)
    well = all(row["status"] == "ok" for row in rows)
    client.set_terminated(run, "FINISHED" if well else "FAILED", end_time=end)
    return run


def _metrics(row: TrialRow, results: Results) -> Iterator[tuple[str, float, int, bool]]:
    """Name, value, step, and whether it is a final value."""
    history = results.histories.get(row["trial"], [])
    for entry in history:
        yield from ((name, value, entry["epoch"], False) for name, value in entry.items() if _is_scalar(name, value))
    last = row.get("epochs_run") or 0
    there = {name for name in (history[-1] if history else {}) if history[-1]["epoch"] == last}
    for name, value in results.ending_of(row).items():
        if name not in there or value != history[-1][name]:
            yield name, value, last, True
    yield from ((name, row[name], last, True) for name in _COUNTS if row.get(name) is not None)


def _is_scalar(name: str, value: Plain) -> bool:
    return name != "epoch" and isinstance(value, int | float)


def _parts(whole: list[Plain], size: int) -> Iterator[list[Plain]]:
    """A list in pieces: MLflow takes 100 parameters at once, and 1000 of everything."""
    return (whole[first : first + size] for first in range(0, len(whole), size))


def _name(name: str) -> str:
    return _ODD.sub("_", name)
