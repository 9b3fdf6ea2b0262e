"""Reading a results folder."""

import json
import shutil

import pandas as pd
import pytest

from experiments.errors import RequestError
from experiments.results.results import read_results, results_of
from experiments.store.csvs import csv_text, in_order
from experiments.study.columns import trial_columns
from tests.experiments.report.results_folder import manifest_of, trial_rows, write_results
from tests.experiments.studies import tiny


@pytest.fixture
def folder(results, tmp_path):
    return shutil.copytree(results / "planted", tmp_path / "planted")


def test_levels_are_text_and_scores_are_numbers(folder) -> None:
    read = read_results(folder)
    assert read.trials["learning_rate"].unique().tolist() == ["0.0003", "0.003", "0.03"]
    assert read.trials["regularizer"].unique().tolist() == ["none"]
    assert read.trials["validation_accuracy"].dtype == float
    assert read.trials["seed"].tolist()[:2] == [0, 0]
    assert len(read.history) == 4 * (read.trials["status"] == "ok").sum()


def test_awkward_levels_survive_the_csv(tmp_path) -> None:
    labels = ["none", "null", "NA", "huber(delta=0.5, a=1)", "64-64", 'a "quoted" one']
    cells = [{"activation": level} for level in labels]
    trials = trial_rows(cells, [0], lambda *_: 0.5)
    read = read_results(write_results(tmp_path / "s", trials, manifest_of(trials, factors={"activation": labels})))
    assert read.trials["activation"].tolist() == labels
    assert list(read.study.factors["activation"]) == labels


def test_a_gap_in_a_column_of_whole_numbers_and_truth_values(tmp_path) -> None:
    cells = [{"train_size": 100, "resample": True}, {"train_size": None, "resample": False}]
    factors = {"train_size": [100, None], "resample": [True, False]}
    trials = trial_rows(cells, range(2), lambda *_: 0.5)
    read = read_results(write_results(tmp_path / "s", trials, manifest_of(trials, factors=factors)))
    assert read.study.factors == {"train_size": ("100", "none"), "resample": ("true", "false")}
    assert read.trials["train_size"].unique().tolist() == ["100", "none"]


def test_an_ok_trial_without_a_finite_score_counts_as_diverged(folder) -> None:
    text = (folder / "trials.csv").read_text().splitlines()
    score = text[1].split(",")[text[0].split(",").index("validation_accuracy")]
    (folder / "trials.csv").write_text("\n".join([text[0], text[1].replace(f",{score},", ",inf,"), *text[2:]]) + "\n")
    assert read_results(folder).trials["status"].iloc[0] == "diverged"


def test_no_history_is_an_empty_one(folder) -> None:
    (folder / "history.csv").unlink()
    assert read_results(folder).history.empty
    (folder / "history.csv").write_text("")
    assert read_results(folder).history.empty


def without_study(folder) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["study"]
    (folder / "manifest.json").write_text(json.dumps(manifest))


def edited(folder, old: str, new: str) -> None:
    (folder / "trials.csv").write_text((folder / "trials.csv").read_text().replace(old, new))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "manifest.json: can't be read"),
        (lambda folder: (folder / "manifest.json").write_text('{"study": {'), "manifest.json: can't be read"),
        (without_study, "lacks 'study'"),
        (lambda folder: (folder / "trials.csv").unlink(), "trials.csv: can't be read"),
        (lambda folder: (folder / "trials.csv").write_text(""), "trials.csv: can't be read"),
        (lambda folder: (folder / "trials.csv").write_text("a,b\n1,2\n"), "lacks the columns trial, cell, seed"),
        (lambda folder: edited(folder, "validation_accuracy", "other"), "lacks the columns validation_accuracy"),
        (lambda folder: edited(folder, ",ok,", ",fine,"), "status fine; allowed are ok, diverged, failed"),
        (lambda folder: edited(folder, "t0001s000", "t0000s000"), "the trial t0000s000 has two rows"),
        (lambda folder: edited(folder, "c0001,0,", f"c0001,{'9' * 25},"), "trials.csv: can't be read"),
    ],
)
def test_unreadable_results_are_named_in_one_message(folder, spoil, message: str) -> None:
    spoil(folder)
    with pytest.raises(RequestError, match=message) as caught:
        read_results(folder)
    assert str(folder) in str(caught.value)


def test_rows_of_a_journal_are_read_as_their_csv_is(tmp_path):
    study = tiny(factors={"activation": ["relu", "tanh"], "units": [[4], [4, 2]], "batch_normalization": [True, False]})
    rows = []
    for place, trial in enumerate(study.trials):
        own = {
            "status": "ok",
            "validation_accuracy": 0.1 + place / 7,
            "test_accuracy": 0.5,
            "seconds": 1,
            "epochs_run": 2,
        }
        lost = {"status": "failed", "error": "ValueError: no, said the part"}
        known = {
            "study": "tiny",
            "trial": trial.id,
            "cell": trial.cell,
            "seed": trial.seed,
            "task": "xor",
            "model": "mlp",
        }
        rows.append(known | study.labels(trial.settings) | (lost if place == 3 else own))
    found = results_of(study, rows)
    place = tmp_path / "trials.csv"
    place.write_text(csv_text(trial_columns(study.settings, study.metrics), in_order(rows, study.settings)))
    (tmp_path / "manifest.json").write_text(json.dumps(found.manifest))
    pd.testing.assert_frame_equal(found.trials, read_results(tmp_path).trials)
