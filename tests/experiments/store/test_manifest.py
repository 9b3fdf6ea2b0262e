"""The manifest: the study as run, with what, on what, and how many trials came to what."""

import json
import re

import pytest

from experiments.store import manifest
from experiments.store.environment import Environment
from experiments.store.journal import Journal, Outcome
from tests.experiments.studies import tiny


@pytest.fixture
def journal(tmp_path):
    made = Journal(tmp_path / "journal.sqlite")
    yield made
    made.close()


def written(journal, folder, study):
    manifest.write_manifest(journal, folder, study)
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_it_tells_the_study_as_run(journal, tmp_path):
    study = tiny(question="Größer?")
    journal.keep(
        study=study.describe(),
        digest=study.digest,
        started="2024-01-01T00:00:00+00:00",
        ended="2024-01-01T00:01:00+00:00",
        best=study.trials[0].id,
        environment=Environment(backend="tensorflow", data_digest="0123"),
    )
    found = written(journal, tmp_path, study)
    assert found["study"] == study.describe()
    assert found["study"]["question"] == "Größer?"
    assert (found["head"], found["metrics"]) == ("sigmoid", ["accuracy", "cross_entropy"])
    assert (found["primary"], found["direction"]) == ("accuracy", "max")
    assert (found["digest"], found["best"]) == (study.digest, study.trials[0].id)
    assert (found["backend"], found["data_digest"]) == ("tensorflow", "0123")
    assert (found["started"], found["ended"]) == ("2024-01-01T00:00:00+00:00", "2024-01-01T00:01:00+00:00")
    assert found["command"] == "ablations run tiny"


def test_it_counts_the_trials_asked_for_now_and_before(journal, tmp_path):
    study = tiny(seeds=2)
    first, second, *_ = study.trials
    earlier = tiny(seeds=[7]).trials[0]
    for trial, status in ((first, "ok"), (second, "diverged"), (earlier, "failed")):
        journal.add(Outcome(trial.id, {"status": status}))
    assert written(journal, tmp_path, study)["trials"] == {"wanted": 5, "ok": 1, "diverged": 1, "failed": 1}


def test_before_anything_is_known_it_can_be_written(journal, tmp_path):
    found = written(journal, tmp_path, tiny())
    assert (found["study"], found["started"], found["best"]) == (None, None, None)
    assert found["trials"] == {"wanted": 4, "ok": 0, "diverged": 0, "failed": 0}


def test_written_again_it_is_left_alone(journal, tmp_path):
    written(journal, tmp_path, tiny())
    before = (tmp_path / "manifest.json").stat().st_ino
    written(journal, tmp_path, tiny())
    assert (tmp_path / "manifest.json").stat().st_ino == before


def test_the_command_names_the_file_of_a_users_study(journal, tmp_path, monkeypatch):
    from experiments.study import study_file

    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.toml").write_text('task = "xor"\n[factors]\nepochs = [1]\n')
    assert written(journal, tmp_path, study_file.load("own.toml"))["command"] == "ablations run own.toml"


def test_the_time_is_utc_to_the_second():
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", manifest.now())
