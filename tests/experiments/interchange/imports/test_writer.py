"""What is written where, and what is left alone."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from experiments.errors import RequestError
from experiments.interchange.imports.imported import Imported
from experiments.interchange.imports.writer import name_for, write_imported
from experiments.results.results import read_results

ROWS = [
    {"trial": "b", "cell": "B", "seed": 0, "status": "ok", "rate": 0.5, "validation_accuracy": 0.75},
    {"trial": "a", "cell": "A", "seed": 0, "status": "diverged", "train size": None},
]


@pytest.fixture
def imported(tmp_path):
    return Imported(
        kind="thing", place=tmp_path / "source", question="Why?", task="a thing", model="its model",
        factors={"rate": {"min": 0.1, "max": 1.0, "scale": "log"}, "train size": [10, 20]}, settings={"epochs": 3},
        metrics=["accuracy", "loss"], direction="max", rows=ROWS,
        history=[{"trial": "b", "epoch": 1, "validation_accuracy": 0.75}], tuner="random",
        caveats=["Careful."], notes=["One is missing."], method="A trial is a trial.",
    )  # fmt: skip


def test_a_results_folder_that_the_report_reads(imported, tmp_path):
    read = read_results(write_imported(imported, tmp_path, "mine", "command"))
    assert read.study.proposed == ("B", "A")
    assert read.study.ranges == {"rate": {"min": 0.1, "max": 1.0, "scale": "log"}}
    assert (read.study.primary, read.study.direction, read.study.search) == ("accuracy", "max", "random")
    assert read.trials["status"].tolist() == ["ok", "diverged"]
    assert read.trials["rate"].tolist() == ["0.5", "none"]
    assert read.trials["epochs"].tolist() == ["3", "3"]
    assert read.trials["test_accuracy"].isna().all()
    assert "test_accuracy" not in (tmp_path / "mine/trials.csv").read_text()
    assert read.history["validation_accuracy"].tolist() == [0.75]
    assert read.manifest["imported"]["caveats"] == ["One is missing.", "Careful."]
    assert read.manifest["trials"] == {"wanted": 2, "ok": 1, "diverged": 1, "failed": 0}


def test_a_file_is_known_by_its_digest_a_folder_is_not(imported, tmp_path):
    file = tmp_path / "runs.csv"
    file.write_bytes(b"a,b\n")
    kept = read_results(write_imported(replace(imported, place=file), tmp_path, "one", "command")).manifest["imported"]
    assert kept["file_digest"] == hashlib.sha256(b"a,b\n").hexdigest()[:16]
    other = read_results(write_imported(replace(imported, place=tmp_path), tmp_path, "two", "command")).manifest
    assert "file_digest" not in other["imported"]


def test_written_anew_from_the_same_source(imported, tmp_path):
    folder = write_imported(imported, tmp_path, "mine", "command")
    write_imported(replace(imported, rows=ROWS[:1], history=[]), tmp_path, "mine", "command")
    assert len(read_results(folder).trials) == 1
    assert not (folder / "history.csv").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "holds other files; give another --name"),
        ({"study": {}}, "holds results of a study of that name; give another --name"),
        ({"imported": {"path": "elsewhere"}}, "holds what was read from elsewhere; give another --name"),
    ],
)
def test_other_results_are_left_alone(imported, tmp_path, content, message):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "trials.csv").write_text("kept")
    if content:
        (folder / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(RequestError, match=message):
        write_imported(imported, tmp_path, "mine", "command")
    assert (folder / "trials.csv").read_text() == "kept"


@pytest.mark.parametrize(("folder", "name"), [("ok_1.2", "ok_1.2"), ("-a b/", "a-b"), ("ü", "imported")])
def test_names_are_made_to_fit(folder, name):
    assert name_for(Path(folder), None) == name


@pytest.mark.parametrize(("name", "message"), [("a b", "allowed is letters"), ("", "allowed is"), ("claims", "reserv")])
def test_names_that_do_not_fit(name, message):
    with pytest.raises(RequestError, match=f'--name: got "{name}".*{message}'):
        name_for(Path("p"), name)
