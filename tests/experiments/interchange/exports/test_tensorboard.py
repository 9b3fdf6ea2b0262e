"""Results in TensorBoard, read back by TensorBoard itself."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata
from tensorboard.plugins.hparams.api_pb2 import STATUS_FAILURE, STATUS_SUCCESS
from tensorboard.util.tensor_util import make_ndarray

from experiments.cli import main
from experiments.errors import RequestError
from experiments.interchange.exports.tensorboard import export_tensorboard
from experiments.store.journal import Journal, Outcome

FACTORS = {
    "activation": ["relu", "tanh"],
    "regularizer": ["none", 0.5],
    "learning_rate": {"min": 1e-3, "max": 1.0, "scale": "log"},
    "loss.huber.delta": {"min": 0.1, "max": 2.0, "scale": "linear"},
}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "s"
    folder.mkdir()
    journal = Journal(folder / "journal.sqlite")
    common = {"study": "s", "epochs_run": 2, "seconds": 1.5, "regularizer": "none", "activation": "relu"}
    history = [{"epoch": 1, "train_loss": 0.5, "validation_accuracy": 0.7}]
    history.append({"epoch": 2, "train_loss": 0.25, "validation_accuracy": 0.8})
    ok = {"status": "ok", "learning_rate": 0.01, "validation_accuracy": 0.8, "test_accuracy": 0.75}
    journal.add(
        Outcome("t0", {**common, **ok, "trial": "t0", "cell": "c0", "seed": 0, "loss.huber.delta": 0.3}, history),
        Outcome("t1", {**common, "status": "diverged", "learning_rate": 0.9, "trial": "t1", "cell": "c1", "seed": 1}),
    )
    journal.close()
    manifest = {
        "study": {"name": "s", "factors": FACTORS},
        "metrics": ["accuracy"],
        "primary": "accuracy",
        "direction": "max",
        "started": "2026-01-02T03:04:05+00:00",
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def read(place):
    found = EventAccumulator(str(place), size_guidance={"scalars": 0, "tensors": 0})
    found.Reload()
    return found


def hparams(place, tag):
    contents = read(place).summary_metadata[tag].plugin_data.content
    return (
        metadata.parse_session_start_info_plugin_data(contents)
        if tag == metadata.SESSION_START_INFO_TAG
        else (
            metadata.parse_session_end_info_plugin_data(contents)
            if tag == metadata.SESSION_END_INFO_TAG
            else metadata.parse_experiment_plugin_data(contents)
        )
    )


def test_a_trial_is_a_run_with_its_factors_and_its_cell_as_group(folder, tmp_path):
    target = export_tensorboard(folder, tmp_path / "board")
    start = hparams(target / "t0", metadata.SESSION_START_INFO_TAG)
    values = {name: value.string_value or value.number_value for name, value in start.hparams.items()}
    assert values == {
        "activation": "relu",
        "regularizer": "none",
        "learning_rate": 0.01,
        "loss.huber.delta": 0.3,
        "seed": 0.0,
    }
    assert start.group_name == "c0"
    assert hparams(target / "t0", metadata.SESSION_END_INFO_TAG).status == STATUS_SUCCESS
    assert hparams(target / "t1", metadata.SESSION_END_INFO_TAG).status == STATUS_FAILURE
    assert "loss.huber.delta" not in hparams(target / "t1", metadata.SESSION_START_INFO_TAG).hparams


def test_scalars_are_the_history_and_the_last_row(folder, tmp_path):
    target = export_tensorboard(folder, tmp_path / "board")
    events = read(target / "t0")
    steps = {
        tag: [(event.step, round(float(make_ndarray(event.tensor_proto)), 4)) for event in events.Tensors(tag)]
        for tag in events.Tags()["tensors"]
        if not tag.startswith("_hparams_")
    }
    assert steps["train_loss"] == [(1, 0.5), (2, 0.25)]
    assert steps["validation_accuracy"] == [(1, 0.7), (2, 0.8), (2, 0.8)]
    assert steps["test_accuracy"] == [(2, 0.75)]


def test_the_dashboard_has_a_column_for_every_factor_and_metric(folder, tmp_path):
    target = export_tensorboard(folder, tmp_path / "board")
    experiment = hparams(target, metadata.EXPERIMENT_TAG)
    infos = {info.name: info for info in experiment.hparam_infos}
    assert set(infos) == {*FACTORS, "seed"}
    assert [value.string_value for value in infos["regularizer"].domain_discrete.values] == ["0.5", "none"]
    assert (infos["learning_rate"].domain_interval.min_value, infos["learning_rate"].domain_interval.max_value) == (
        1e-3,
        1.0,
    )
    assert [info.name.tag for info in experiment.metric_infos] == ["validation_accuracy", "test_accuracy"]


def test_an_export_replaces_an_earlier_one_and_nothing_else(folder, tmp_path):
    target = tmp_path / "board"
    export_tensorboard(folder, target)
    (target / "t9").mkdir()
    export_tensorboard(folder, target)
    assert sorted(path.name for path in target.iterdir() if path.is_dir()) == ["t0", "t1"]
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("")
    with pytest.raises(RequestError, match="holds other files"):
        export_tensorboard(folder, other)
    assert (other / "thesis.txt").is_file()
    with pytest.raises(RequestError, match="no results there"):
        export_tensorboard(tmp_path / "nothing", target)


def test_the_command_says_where_and_never_imports_tensorflow(folder):
    found = CliRunner().invoke(main, ["export", "s", "--results", str(folder.parent)])
    assert found.exit_code == 0
    assert (folder / "export" / "tensorboard" / "t0").is_dir()
    wrong = CliRunner().invoke(main, ["export", "s", "--results", str(folder.parent), "--to", "tensorbord"])
    assert wrong.exit_code == 2
    assert 'did you mean "tensorboard"?' in wrong.output
    code = (
        "import sys\nfrom experiments.cli import main\n"
        f"try: main(['export', 's', '--results', {str(folder.parent)!r}])\nexcept SystemExit: pass\n"
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
