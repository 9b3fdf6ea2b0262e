"""Results as offline runs of Weights & Biases: their files, read as records of wandb's own kind."""

import json
import struct
import subprocess
import sys
from collections import defaultdict

import psutil
import pytest

from experiments.interchange.exports.wandb import export_wandb

pytest.importorskip("wandb", reason="wandb is not installed")


def records(path):
    """The records of a run's file: pieces in blocks of 32 KiB, as LevelDB's log has them, behind 7 bytes."""
    from wandb.proto.wandb_internal_pb2 import Record

    data, place, whole = path.read_bytes(), 7, b""
    assert data[:4] == b":W&B"
    while place + 7 <= len(data):
        left = 32768 - place % 32768
        if left < 7:
            place += left
            continue
        _, length, kind = struct.unpack("<IHB", data[place : place + 7])
        whole += data[place + 7 : place + 7 + length]
        place += 7 + length
        if kind in (1, 4):  # the whole record, or its last piece
            yield Record.FromString(whole)
            whole = b""


def read(path):
    """What a run's file comes to: how it begins, its history, its summary, its exit code."""
    run, history, summary, code = None, defaultdict(dict), {}, None
    for record in records(path):
        kind = record.WhichOneof("record_type")
        if kind == "run" and run is None:
            run = record.run
        elif kind == "history":
            entry = {
                (item.key or "/".join(item.nested_key)): json.loads(item.value_json) for item in record.history.item
            }
            history[record.history.step.num] |= entry
        elif kind == "summary":
            for update in record.summary.update:
                summary[update.key or "/".join(update.nested_key)] = json.loads(update.value_json)
        elif kind == "exit":
            code = record.exit.exit_code
    return run, dict(history), summary, code


@pytest.fixture(scope="module")
def target(read_only_study, tmp_path_factory):
    return export_wandb(read_only_study, tmp_path_factory.mktemp("wandb") / "out")


@pytest.fixture(scope="module")
def runs(target):
    found = [read(path) for path in target.glob("wandb/offline-run-*/run-*.wandb")]
    return {run.run_id: (run, *more) for run, *more in found}


def test_a_trial_is_a_run_with_its_settings_and_its_cell_as_group(runs, csv):
    rows = {row["trial"]: row for row in csv("trials.csv").to_dict("records")}
    assert set(runs) == set(rows)
    settings = ["activation", "loss", "regularizer", "learning_rate", "epochs", "units", "batch_normalization",
                "schedule", "loss.huber.delta", "trial", "cell", "seed", "task", "model"]  # fmt: skip
    for trial, (run, _, _, code) in runs.items():
        row = rows[trial]
        config = {update.key: json.loads(update.value_json) for update in run.config.update if update.key != "_wandb"}
        assert {name: str(value) for name, value in config.items()} == {
            name: row[name] for name in settings if row[name]
        }
        assert (run.project, run.display_name, run.run_group) == ("all-sorts", trial, row["cell"])
        assert set(run.tags) == {row["status"], row["engine"]}
        assert code == (0 if row["status"] == "ok" else 1)
    config = {update.key: json.loads(update.value_json) for update in runs["b0"][0].config.update}
    assert (config["learning_rate"], config["seed"], config["batch_normalization"]) == (1, 0, False)


def test_steps_are_the_epochs_of_the_history(runs, csv):
    history = csv("history.csv")
    for trial, (_, found, _, _) in runs.items():
        expected = history[history["trial"].eq(trial)]
        assert sorted(found) == [int(epoch) for epoch in expected["epoch"]]
        for _, row in expected.iterrows():
            entry = found[int(row["epoch"])]
            assert all(entry[name] == float(cell) for name, cell in row.items() if name != "trial")
            assert entry["_timestamp"] == 1767323045  # 2026-01-02T03:04:05+00:00


def test_the_summary_is_the_row(runs, csv):
    rows = {row["trial"]: row for row in csv("trials.csv").to_dict("records")}
    for trial, (_, _, summary, _) in runs.items():
        row = rows[trial]
        for name in ("train_loss", "validation_loss", "validation_accuracy", "test_accuracy"):
            if row["status"] == "ok":
                assert summary[name] == float(row[name])
            else:  # not the last finite epoch, which would pass for a result
                assert summary.get(name) is None
        for name in ("status", "engine", "error", "epochs_run", "seconds"):
            assert str(summary.get(name, "")) == row[name]


def test_nothing_of_the_exporting_machine_is_told(target, runs):
    assert not list(target.glob("wandb/*/files/*"))
    assert not any(run.host for run, *_ in runs.values())


def test_wandb_finds_the_runs(target, tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_ERROR_REPORTING", "false")
    for name in ("CACHE", "CONFIG", "DATA"):
        monkeypatch.setenv(f"WANDB_{name}_DIR", str(tmp_path / name))
    command = [sys.executable, "-m", "wandb", "sync", "--dry-run"]
    done = subprocess.run(command, cwd=target, capture_output=True, text=True, check=True)
    assert "Would sync 4 run(s)" in done.stdout + done.stderr


def test_no_process_is_left_behind(target):
    assert not [child for child in psutil.Process().children(recursive=True) if "wandb" in child.name()]
