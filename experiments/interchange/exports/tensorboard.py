"""Results as TensorBoard's HParams dashboard and scalars show them: one run per trial, one group per cell."""

import math
from collections.abc import Iterable
from pathlib import Path

from experiments.interchange.exports.results import clear, read_results
from experiments.study.columns import EpochRow, TrialRow
from experiments.study.types import Factors, Plain, Settings


def export_tensorboard(results_folder: Path, target: Path) -> Path:
    """Writes the trials of `results/<study>/` for `tensorboard --logdir <target>`; returns `target`.

    Every trial is a run: its factors as hyper-parameters, with the id of its cell as the group, so that the dashboard
    averages over seeds; its losses and metrics by epoch as scalars, and those of the last row at the end. A trial
    that diverged or failed ends as a failure. An earlier export to the same folder is replaced.

    Raises RequestError where there are no results, or `target` holds something else.
    """
    results = read_results(results_folder)
    clear(target)
    factors, metrics, started = results.factors, results.scores, results.started
    _write(target, [(0, started, _config(factors, metrics, started))])
    for row in results.rows:
        history = results.histories.get(row["trial"], [])
        _write(target / row["trial"], _events(row, history, factors, metrics, started))
    return target


def _config(factors: Factors, metrics: list[str], started: float) -> object:
    """What the dashboard has columns for."""
    from tensorboard.plugins.hparams import summary_v2 as hparams

    columns = []
    for name, levels in factors.items():
        if isinstance(levels, dict):
            kind = hparams.IntInterval if isinstance(levels["min"], int) else hparams.RealInterval
            columns.append(hparams.HParam(name, kind(levels["min"], levels["max"])))
        else:
            columns.append(hparams.HParam(name, hparams.Discrete(_alike(levels))))
    found = [hparams.Metric(name) for name in metrics]
    return hparams.hparams_config_pb([*columns, hparams.HParam("seed")], found, time_created_secs=started)


def _events(
    row: TrialRow, history: list[EpochRow], factors: Factors, metrics: list[str], started: float
) -> Iterable[tuple[int, float, object]]:
    """Step, time and summary of a trial's events."""
    from tensorboard.plugins.hparams import summary_v2 as hparams

    own = {name: _of_levels(row[name], levels) for name, levels in factors.items() if row.get(name) is not None}
    yield 0, started, hparams.hparams_pb({**own, "seed": row["seed"]}, row["cell"], start_time_secs=started)
    for entry in history:
        yield entry["epoch"], started, _scalars({name: value for name, value in entry.items() if name != "epoch"})
    yield row["epochs_run"], started, _scalars({name: row[name] for name in metrics if name in row})
    yield row["epochs_run"], started, _end(row["status"] == "ok", started + row["seconds"])


def _end(well: bool, moment: float) -> object:
    """How a trial ended. (The function that TensorBoard has for it imports TensorFlow.)"""
    # pyrefly: ignore[missing-module-attribute] - protobuf makes its names on import
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.plugins.hparams import metadata

    # pyrefly: ignore[missing-module-attribute] - protobuf makes its names on import
    from tensorboard.plugins.hparams.api_pb2 import STATUS_FAILURE, STATUS_SUCCESS

    # pyrefly: ignore[missing-module-attribute] - protobuf makes its names on import
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData, SessionEndInfo

    status = STATUS_SUCCESS if well else STATUS_FAILURE
    data = HParamsPluginData(session_end_info=SessionEndInfo(status=status, end_time_secs=moment))
    described = metadata.create_summary_metadata(data)
    value = Summary.Value(tag=metadata.SESSION_END_INFO_TAG, metadata=described, tensor=metadata.NULL_TENSOR)
    return Summary(value=[value])


def _scalars(values: Settings) -> object:
    # pyrefly: ignore[missing-module-attribute] - protobuf makes its names on import
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.plugins.scalar import summary_v2 as scalar

    whole = Summary()
    for name, value in values.items():
        if isinstance(value, int | float) and math.isfinite(value):
            whole.MergeFrom(scalar.scalar_pb(name, value))
    return whole


def _alike(levels: list[Plain]) -> list[Plain]:
    """Levels of one type, as a column of the dashboard has them: numbers, or text."""
    numbers = all(isinstance(level, int | float) and not isinstance(level, bool) for level in levels)
    return [float(level) if numbers else str(level) for level in levels]


def _of_levels(label: Plain, levels: Plain) -> object:
    return label if isinstance(levels, dict) else _alike([*levels, label])[-1]


def _write(folder: Path, events: Iterable[tuple[int, float, object]]) -> None:
    """An events file. (TensorBoard's own writer of files would import TensorFlow.)"""
    # pyrefly: ignore[missing-module-attribute] - protobuf makes its names on import
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.summary.writer.record_writer import RecordWriter

    folder.mkdir(exist_ok=True)
    with (folder / f"events.out.tfevents.0.{folder.name}").open("wb") as file:
        writer = RecordWriter(file)
        writer.write(Event(file_version="brain.Event:2").SerializeToString())
        for step, moment, summary in events:
            writer.write(Event(step=step, wall_time=moment, summary=summary).SerializeToString())
