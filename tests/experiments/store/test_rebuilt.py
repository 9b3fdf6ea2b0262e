"""Results whose journal is gone: what it held, exactly, or a refusal."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from experiments.errors import RequestError
from experiments.run import runner
from experiments.run.best import best_trial
from experiments.store.csvs import write_csvs
from experiments.store.journal import NAME, Journal, Outcome, RightAnswers
from experiments.store.rebuilt import from_csvs, read_kept, rebuild
from experiments.study import study_file
from experiments.study.study_table import read
from experiments.train import worker
from experiments.train.executors.executor import Ended
from tests.experiments.scripted import Scripted
from tests.experiments.studies import tiny

ROOT = Path(__file__).parents[3]


class NoTraining(Scripted):
    """An executor that must not be given a job."""

    def __init__(self):
        super().__init__(self._refuse)

    def _refuse(self, job, say):
        raise AssertionError(job.function)


STUDY = study_file.load(ROOT / "docs" / "reference.toml")


@pytest.fixture
def reference(tmp_path):
    """The first seed of the results that the repository ships, without a journal; and its study."""
    folder = shutil.copytree(ROOT / "results" / "reference", tmp_path / "reference")
    for name, lines in (("trials.csv", 57), ("history.csv", 56 * 15 + 1)):
        text = (folder / name).read_text().splitlines(keepends=True)
        (folder / name).write_text("".join(text[:lines]))
    study, manifest = STUDY.with_seeds(1), json.loads((folder / "manifest.json").read_text())
    manifest["best"] = best_trial(study, from_csvs(folder)[0])  # of that seed: nothing is left to train
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return study


def files(folder):
    return {name: (folder / name).read_bytes() for name in ("trials.csv", "history.csv", "best.keras")}


def test_the_shipped_results_become_a_journal_and_no_byte_changes(tmp_path):
    reference = STUDY
    shutil.copytree(ROOT / "results" / "reference", tmp_path / "reference")
    before, said = files(tmp_path / "reference"), []
    summary = runner.run(reference, tmp_path, NoTraining(), say=said.append)
    assert (summary.trained, summary.statuses) == (0, {"ok": 1120})
    assert said == [f"{tmp_path / 'reference'}: restored rows of trials.csv that the journal lacked: 1120"]
    assert files(tmp_path / "reference") == before
    with Journal.reading(tmp_path / "reference" / NAME) as journal:
        assert journal.record.fixed == reference.fixed
        assert sum(map(len, journal.histories().values())) == 16_800


@pytest.mark.parametrize("empty", [True, False], ids=["an empty journal", "no journal"])
def test_other_epochs_are_refused_and_nothing_is_lost(reference, tmp_path, empty):
    if empty:
        (tmp_path / "reference" / NAME).touch()
    before = files(tmp_path / "reference")
    with pytest.raises(RequestError, match="epochs: the results have 15, the study has 1"):
        runner.run(reference.with_epochs(1), tmp_path, NoTraining(), say=lambda line: None)
    assert files(tmp_path / "reference") == before


def test_a_run_that_is_interrupted_keeps_the_rows_that_it_found(reference, tmp_path):
    def interrupt(job, say):
        raise KeyboardInterrupt

    summary = runner.run(reference.with_seeds(2), tmp_path, Scripted(interrupt), say=lambda line: None)
    assert summary.stopped == "interrupted"
    assert len((tmp_path / "reference" / "trials.csv").read_text().splitlines()) == 57


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (
            lambda text: text.replace("relu,cross_entropy,none,0.0001", "relu,cross_entropy,none,0.0002", 1),
            "was run with",
        ),
        (
            lambda text: text.replace("2.00676194863589,", "2.006761948635890,", 1),
            "line 2 of trials.csv is not as it was",
        ),
        (lambda text: text.replace("\n", "\r\n"), "line 1 of trials.csv is not as it was written"),
        (lambda text: text.replace(",loss,", ",lost,", 1), "was run with other settings"),
    ],
)
def test_rows_that_a_hand_has_changed_are_refused_and_left_alone(reference, tmp_path, spoil, why):
    path = tmp_path / "reference" / "trials.csv"
    path.write_bytes(spoil(path.read_text()).encode())
    before = files(tmp_path / "reference")
    with pytest.raises(RequestError, match=f"{why}.*; --fresh sets these results aside"):
        runner.run(reference, tmp_path, NoTraining(), say=lambda line: None)
    assert files(tmp_path / "reference") == before


def test_without_a_manifest_they_are_refused(reference, tmp_path):
    (tmp_path / "reference" / "manifest.json").unlink()
    with pytest.raises(RequestError, match=r"manifest\.json: can't be read"):
        runner.run(reference, tmp_path, NoTraining(), say=lambda line: None)


@pytest.mark.parametrize("damage", ["truncated", "noise", "text"])
def test_a_damaged_journal_is_kept_beside_and_made_again(reference, tmp_path, damage):
    folder = tmp_path / "reference"
    runner.run(reference, tmp_path, NoTraining(), say=lambda line: None)
    path, before, said = folder / NAME, files(folder), []
    content = path.read_bytes()
    noise = content[:4096] + b"\x17" * 4096 * 9 + content[4096 * 10 :]
    path.write_bytes({"truncated": content[: len(content) // 2], "noise": noise, "text": b"no journal"}[damage])
    assert len(read_kept(reference, folder).rows) == 56
    assert runner.run(reference, tmp_path, NoTraining(), say=said.append).trained == 0
    assert "damaged" in said[0]
    assert f"it is now {NAME}.damaged" in said[0]
    assert (folder / f"{NAME}.damaged").is_file()
    assert files(folder) == before


def test_a_damaged_journal_without_csvs_is_refused(reference, tmp_path):
    (tmp_path / "reference" / "trials.csv").unlink()
    (tmp_path / "reference" / NAME).write_bytes(b"no journal" * 100)
    with pytest.raises(RequestError, match=r"damaged.*; --fresh sets these results aside"):
        runner.run(reference, tmp_path, NoTraining(), say=lambda line: None)
    with pytest.raises(RequestError, match="damaged"):
        read_kept(reference, tmp_path / "reference")


def study_of(kind):
    factors = {
        "listed": {"activation": ["relu", {"name": "leaky_relu", "negative_slope": 0.3}], "units": [[4], [4, 8]]},
        "drawn": {
            "learning_rate": {"min": 0.001, "max": 0.1, "scale": "log"},
            "batch_size": {"min": 4, "max": 20},
            "regularizer": ["none", {"name": "l2", "l2": {"min": 1e-5, "max": 1e-3, "scale": "log"}}],
            "dropout": [0, 0.5],
        },
    }
    random = {"design": "random", "trials": 9} if kind == "drawn" else {}
    return read({
        "name": "tiny", "task": {"name": "xor", "n": 60}, "seeds": 2, "epochs": 2, "model": {"units": [4]},
        "optimizer": {"name": "sgd", "momentum": 0.5}, "telemetry": True, "factors": factors[kind], **random,
    })  # fmt: skip


@pytest.mark.parametrize("kind", ["listed", "drawn"])
def test_every_kind_of_level_and_column_comes_back(kind, tmp_path):
    study = study_of(kind)
    folder = tmp_path / "tiny"

    def end(job, say):
        values = {worker.describe: {"backend": "b", "data_digest": "d"}, worker.check: {}, worker.save: ({}, b"")}
        return Ended(None, values[job.function] if job.function in values else outcome(job.arguments[1]))

    def outcome(trial):
        status = ("ok", "diverged", "failed")[int(trial.id, 16) % 3]
        row = {"status": status, "epochs_run": 2, "seconds": 0.125, "engine": "serial", "zero/dense_0": 0.25}
        scores = {f"{part}_{metric}": 1 / 3 for part in ("validation", "test") for metric in study.metrics}
        row |= {"ok": scores | {"train_loss": float("inf")}, "diverged": {}, "failed": {"error": "1"}}[status]
        history = [{"epoch": 1, "train_loss": 0.5, "zero/dense_0": 0.25}] if status == "ok" else []
        return Outcome(trial.id, row, history, RightAnswers("set", 9, b"\xff\x80"))

    runner.run(study, tmp_path, Scripted(end), engine="serial", say=lambda line: None)
    before = read_kept(study, folder)
    texts = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    (folder / NAME).unlink()
    after = rebuild(study, folder)
    assert after.record.fixed == before.record.fixed == study.fixed

    def by_trial(kept):
        found = {}
        for outcome in kept.outcomes:
            row = {name: value for name, value in outcome.row.items() if value is not None}
            found[outcome.trial] = row, outcome.history, outcome.answers
        return found

    assert by_trial(after) == by_trial(before)
    again = Journal(tmp_path / NAME)
    again.add(*after.outcomes)
    write_csvs(again, folder, study.settings, study.metrics)
    again.close()
    assert {path.name: path.read_bytes() for path in folder.glob("*.csv")} == texts
    rows, histories = from_csvs(folder)
    assert [row["trial"] for row in rows] == [
        row["trial"] for row in csv.DictReader(texts["trials.csv"].decode().split("\n"))
    ]
    assert all(histories.get(outcome.trial, []) == outcome.history for outcome in after.outcomes)


def test_results_of_another_name_are_refused(reference, tmp_path):
    (tmp_path / "reference").rename(tmp_path / "tiny")
    with pytest.raises(RequestError, match='the manifest is of "reference"'):
        runner.run(tiny(), tmp_path, NoTraining(), say=lambda line: None)


@pytest.mark.parametrize(
    ("name", "spoil", "said"),
    [
        ("trials.csv", lambda text: text.replace(",fused,", ",fused,,,", 1), "a row has 35 fields, the first line 33"),
        ("trials.csv", lambda text: text.replace(",ok,", ",fine,", 1), 'line 2: status: got "fine"'),
        ("trials.csv", lambda text: text.replace(",0.112712,", ",,", 1), 'line 2: seconds: got "", allowed'),
        ("trials.csv", lambda text: text.replace("cell,seed", "cell,cell", 1), "two columns have one name"),
        ("trials.csv", lambda text: text.replace("2.00676194863589", "two", 1), 'train_loss: got "two", allowed'),
        ("trials.csv", lambda text: "", "lacks the columns study"),
        ("trials.csv", lambda text: text + '"', "can't be read"),
        ("history.csv", lambda text: text.replace(",1,", ",1.5,", 1), 'line 2: epoch: got "1.5", allowed is a whole'),
        ("history.csv", lambda text: text.replace("2.4225605848876275", "9" * 25, 1), 'train_loss: got "99'),
        ("history.csv", lambda text: text.replace("epoch", "epic", 1), "lacks the columns trial and epoch"),
    ],
)
def test_csvs_that_an_export_can_not_take_are_refused_in_one_line(reference, tmp_path, name, spoil, said):
    path = tmp_path / "reference" / name
    path.write_text(spoil(path.read_text()))
    with pytest.raises(RequestError) as caught:
        from_csvs(tmp_path / "reference")
    assert f"{path}: " in str(caught.value)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
