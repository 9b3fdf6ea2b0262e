"""What has changed since results were written is told in a line; where nothing can be told, nothing is."""

import json
import subprocess
import sys

import pytest

from experiments.report.pages.changes import changes
from experiments.store import software
from experiments.store.files import file_digest
from experiments.tasks import keras_cache
from experiments.tasks.digest import data_digest
from experiments.tasks.load import load
from tests.experiments.report.results_folder import manifest_of, trial_rows, write_results

CELLS = [{"activation": "relu"}, {"activation": "tanh"}]
TASK = {"name": "spirals", "n": 60, "turns": 2.0, "noise": 0.05}


@pytest.fixture
def folder(tmp_path):
    """Writes results with some facts of their manifest changed; of the code, versions and data of now."""

    def write(task=TASK, **changed):
        settings = {name: value for name, value in task.items() if name != "name"}
        trials = trial_rows(CELLS, [3, 4], lambda cell, seed: 0.9, **settings)
        facts = {
            "code_digest": software.code_digest(),
            "versions": software.versions(),
            "data_trial": "t0001s004",
            "data_digest": data_digest(load(task).draw(4)),
        } | changed
        return write_results(tmp_path / "s", trials, manifest_of(trials, name="s", task=task["name"], **facts))

    return write


END = "; the page shows them as they were"


def test_where_nothing_has_changed_nothing_is_said(folder) -> None:
    assert changes(folder()) == ""


def test_changed_code_is_told_with_the_revision(folder) -> None:
    said = "s: the code that trains has changed since these results were written"
    assert changes(folder(code_digest="0" * 16, git_revision="0123456789ab")) == f"{said} (revision 0123456789ab){END}"
    assert changes(folder(code_digest="0" * 16)) == said + END


def test_of_results_that_were_extended_by_other_code_it_is_told(folder) -> None:
    said = changes(folder(earlier_code_digests=["0" * 16]))
    assert said == f"s: a part of these results was written before the code that trains was changed{END}"


@pytest.mark.parametrize(("changed", "told"), [(True, True), (False, False), (None, False)])
def test_without_a_digest_the_checkout_is_asked(folder, monkeypatch, changed, told) -> None:
    asked = []
    monkeypatch.setattr(software, "changed_since", lambda revision: asked.append(revision) or changed)
    assert bool(changes(folder(code_digest=None, git_revision="0123456789ab"))) == told
    assert asked == ["0123456789ab"]
    assert changes(folder(code_digest=None)) == ""
    assert len(asked) == 1


def test_other_versions_are_named(folder) -> None:
    now = software.versions()
    others = now | {"keras": "3.0.0", "gone": "1.0"}
    said = f"s: other versions wrote these results: keras 3.0.0 (now {now['keras']}), gone 1.0 (now none){END}"
    assert changes(folder(versions=others)) == said


def test_the_smaller_package_of_the_same_program_is_no_other(folder, monkeypatch) -> None:
    now = {"python": "3.11", "tensorflow": "2.21.0"}
    monkeypatch.setattr(software, "versions", lambda: now)
    assert changes(folder(versions={"python": "3.11", "tensorflow-cpu": "2.21.0"})) == ""


CHANGED = {**TASK, "label_noise": 0.25, "train_size": 20, "imbalance": 0.5, "feature_noise": 1.5}


@pytest.mark.parametrize(
    "task", [TASK, CHANGED, {"name": "digits", "resample": True}, {"name": "xor", "n": 60, "noise": 0.1}]
)
def test_changed_data_are_told(folder, task) -> None:
    assert changes(folder(task)) == ""
    said = f"s: the data of {task['name']} have changed since these results were written{END}"
    assert changes(folder(task, data_digest="0" * 16)) == said


def test_data_that_take_long_to_draw_are_not_drawn(folder) -> None:
    assert changes(folder({**TASK, "n": 40_000}, data_digest="0" * 16)) == ""


def test_data_of_a_trial_that_is_not_there_are_not_told(folder) -> None:
    assert changes(folder(data_digest="0" * 16, data_trial="elsewhere")) == ""


def test_image_files_are_told_by_their_digest(folder, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    results = folder()
    manifest = json.loads((results / "manifest.json").read_text())
    manifest["study"]["task"] = "mnist"
    (results / "manifest.json").write_text(json.dumps(manifest))
    assert changes(results) == ""  # not there: nothing to tell, and nothing is fetched
    file = keras_cache.folder() / "mnist.npz"
    file.parent.mkdir()
    file.write_bytes(b"other")
    assert "mnist.npz is not the published file" in changes(results)


def test_a_file_that_was_read_is_told_by_its_digest(folder, tmp_path) -> None:
    runs = tmp_path / "runs.csv"
    runs.write_text("a,b")
    results = folder(imported={"path": str(runs), "file_digest": file_digest(runs)}, data_digest=None)
    assert changes(results) == ""
    runs.write_text("a,b,c")
    assert changes(results) == f"s: runs.csv has changed since it was read{END}"
    runs.unlink()
    assert changes(results) == ""


def test_several_changes_are_one_line(folder) -> None:
    said = changes(folder(code_digest="0", data_digest="0", versions={"keras": "3.0.0"}))
    assert said.count(";") == 3
    assert said.count("\n") == 0


@pytest.mark.parametrize("changed", [{"versions": ["keras"]}, {"study": None}, {"imported": None}])
def test_of_what_can_not_be_read_nothing_is_told(folder, changed) -> None:
    results = folder(code_digest="0")
    manifest = json.loads((results / "manifest.json").read_text()) | changed
    (results / "manifest.json").write_text(json.dumps(manifest))
    assert changes(results) == ""


def test_without_results_nothing_is_told(tmp_path) -> None:
    assert changes(tmp_path) == ""


def test_tensorflow_is_not_needed(folder) -> None:
    code = (
        "import sys; from pathlib import Path; from experiments.report.pages.changes import changes\n"
        "assert 'data of digits' in changes(Path(sys.argv[1]))\n"
        "heavy = {'tensorflow', 'keras', 'jax'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    results = folder({"name": "digits", "resample": False}, data_digest="0")
    subprocess.run([sys.executable, "-c", code, str(results)], check=True)
