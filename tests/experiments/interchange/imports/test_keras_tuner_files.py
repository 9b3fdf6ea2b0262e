"""Folders that are no project, and files that are broken."""

import json

import pytest

from experiments.errors import RequestError
from experiments.interchange.imports.keras_tuner_files import read_project

TRIAL = {"trial_id": "0", "hyperparameters": {"space": [], "values": {}}, "status": "COMPLETED", "score": 1.0}


def project(place, **trials):
    for name, content in trials.items():
        (place / f"trial_{name}").mkdir(parents=True)
        (place / f"trial_{name}/trial.json").write_text(content)
    return place


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("searches/mime", 'no such folder; did you mean "{}/searches/mine"? Allowed is the folder of a keras-tuner'),
        ("searches", 'no keras-tuner project there; did you mean "{}/searches/mine"? Allowed is'),
        ("searches/mine/trial_0", "no keras-tuner project there; allowed is the folder of a keras-tuner"),
        ("searches/mine/trial_0/trial.json", "is a file; allowed is the folder of a keras-tuner project"),
        ("a/b/c", "no such folder; allowed is"),
    ],
)
def test_no_project(tmp_path, given, message):
    project(tmp_path / "searches/mine", **{"0": json.dumps(TRIAL)})
    with pytest.raises(RequestError) as caught:
        read_project(tmp_path / given)
    assert str(caught.value).startswith(f"--from {tmp_path / given}: {message.format(tmp_path)}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"trial_id": "0"}', json.dumps(TRIAL | {"hyperparameters": {"values": 3}})]
)
def test_a_broken_trial_is_noted(tmp_path, content):
    read = read_project(project(tmp_path, **{"0": json.dumps(TRIAL), "1": content}))
    assert [trial.trial_id for trial in read.trials] == ["0"]
    assert [note.split(" ")[0] for note in read.notes] == ["trial_1/trial.json", "oracle.json"]
    assert not any("\n" in note for note in read.notes)


def test_all_trials_broken(tmp_path):
    with pytest.raises(RequestError, match=r"none of its trials can be read; trial_0/trial\.json can’t be read"):
        read_project(project(tmp_path, **{"0": "{"}))


def test_a_file_that_cannot_be_opened(tmp_path):
    (tmp_path / "trial_0/trial.json").mkdir(parents=True)
    with pytest.raises(RequestError, match=r"trial_0/trial.json: can't be read: Is a directory"):
        read_project(tmp_path)


def test_order_by_number_where_the_oracle_is_gone(tmp_path):
    trials = {name: json.dumps(TRIAL | {"trial_id": name}) for name in ("10", "9", "08")}
    assert [trial.trial_id for trial in read_project(project(tmp_path, **trials)).trials] == ["08", "9", "10"]


def test_cut_rows_of_executions_are_left_out(tmp_path):
    project(tmp_path, **{"0": json.dumps(TRIAL)})
    (tmp_path / "executions.csv").write_text("trial,seed,status\n0,0,ok\n0,x,ok\n0,1\n")
    assert read_project(tmp_path).executions == [{"trial": "0", "seed": "0", "status": "ok"}]
