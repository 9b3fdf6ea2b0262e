"""What the runner trains, keeps, refuses and resumes. Training is stood in for."""

import itertools
import json
import time

import pandas as pd
import pytest

from experiments.errors import RequestError
from experiments.run import runner
from experiments.store.journal import Journal
from experiments.study.columns import history_columns, telemetry_columns, trial_columns
from experiments.train import jobs, worker
from experiments.train.executors.executor import Ended
from experiments.train.executors.inline import Inline
from tests.experiments.run.shared import csv
from tests.experiments.scripted import HANGS, Scripted
from tests.experiments.studies import tiny


def test_a_run_fills_the_folder(run, tmp_path):
    study = tiny()
    summary = run(study)
    assert (summary.statuses, summary.trained, summary.left, summary.stopped) == ({"ok": 4}, 4, 0, "")
    table = pd.read_csv(tmp_path / "tiny" / "trials.csv")
    assert list(table) == trial_columns(study.settings, study.metrics)
    assert list(table["seed"]) == [0, 0, 1, 1]
    assert set(table["trial"]) == {trial.id for trial in study.trials}
    assert len(pd.read_csv(tmp_path / "tiny" / "history.csv")) == 4
    manifest = json.loads((tmp_path / "tiny" / "manifest.json").read_text())
    assert manifest["trials"] == {"wanted": 4, "ok": 4, "diverged": 0, "failed": 0}
    assert manifest["study"]["factors"] == {"activation": ["relu", "tanh"]}
    assert manifest["command"] == "ablations run tiny"


def test_a_second_run_trains_nothing_and_changes_no_byte(run, trainer, tmp_path):
    run(tiny())
    before = {path.name: path.read_bytes() for path in (tmp_path / "tiny").iterdir() if path.suffix != ".sqlite"}
    trainer.asked.clear()
    assert run(tiny()).trained == 0
    assert trainer.asked == []
    assert before == {name: (tmp_path / "tiny" / name).read_bytes() for name in before}


def test_more_seeds_and_levels_extend_without_retraining(run, trainer, tmp_path):
    run(tiny(seeds=1, factors={"activation": ["relu"]}))
    trainer.asked.clear()
    summary = run(tiny(seeds=2))
    assert summary.trained == 3
    assert summary.statuses == {"ok": 4}
    manifest = json.loads((tmp_path / "tiny" / "manifest.json").read_text())
    assert manifest["study"]["seeds"] == [0, 1]
    assert manifest["study"]["factors"]["activation"] == ["relu", "tanh"]


def test_fresh_keeps_the_old_results(run, tmp_path):
    run(tiny())
    before = csv(tmp_path)
    said = []
    run(tiny(epochs=3), fresh=True, said=said)
    run(tiny(epochs=4), fresh=True)
    assert (tmp_path / "tiny.1" / "trials.csv").read_bytes() == before
    assert (tmp_path / "tiny.2" / "trials.csv").is_file()
    assert "tiny.1" in said[0]


def test_an_interrupted_run_keeps_its_rows_and_goes_on_to_the_same_csv(run, trainer, tmp_path):
    run(tiny(seeds=3))
    whole, history = csv(tmp_path), csv(tmp_path, "history.csv")
    (tmp_path / "tiny").rename(tmp_path / "undisturbed")
    trainer.asked, trainer.stop_after = [], 4
    summary = run(tiny(seeds=3))
    assert (summary.stopped, summary.trained, summary.left) == ("interrupted", 4, 2)
    assert csv(tmp_path).count(b"\n") == 5
    assert "2 trials left" in runner.resume_hint(summary, 1)
    assert "ablations run tiny" in runner.resume_hint(summary, 1)
    trainer.stop_after = None
    assert run(tiny(seeds=3)).trained == 2
    assert (csv(tmp_path), csv(tmp_path, "history.csv")) == (whole, history)


def test_failed_trials_are_rows_and_are_tried_again_when_asked(run, trainer, tmp_path):
    study = tiny()
    trainer.fail = {study.trials[1].id}
    summary = run(study)
    assert summary.failed == 1
    row = pd.read_csv(tmp_path / "tiny" / "trials.csv").set_index("trial").loc[study.trials[1].id]
    assert (row["status"], row["error"]) == ("failed", "ValueError: no luck")
    assert run(study).trained == 0
    trainer.fail = set()
    summary = run(study, retry_failed=True)
    assert (summary.trained, summary.statuses) == (1, {"ok": 4})


def test_diverged_trials_are_rows_without_metrics(run, trainer, tmp_path):
    study = tiny()
    trainer.diverge = {study.trials[0].id}
    run(study)
    row = pd.read_csv(tmp_path / "tiny" / "trials.csv").set_index("trial").loc[study.trials[0].id]
    assert row["status"] == "diverged"
    assert row[["train_loss", "validation_accuracy", "test_accuracy"]].isna().all()


def test_time_that_runs_out_leaves_whole_seeds(run, trainer, tmp_path):
    trainer.seconds = 0.15
    summary = run(tiny(seeds=50), deadline=time.monotonic() + 1.2)
    seeds = pd.read_csv(tmp_path / "tiny" / "trials.csv")["seed"].value_counts()
    assert summary.stopped == "time"
    assert 0 < summary.trained < 100
    assert summary.trained + summary.left == 100
    assert set(seeds) == {2}


def dying(trial, limit):
    """An executor whose process dies at a trial, as many times as asked."""
    times = itertools.count()

    def end(job, say):
        if trains(job, trial) and next(times) < limit:
            return Ended(None, error=RuntimeError("its process ended: killed by SIGKILL"), lost=True)
        return None

    return Scripted(end)


def trains(job, trial):
    """Whether a job trains this trial by itself."""
    return job.function == worker.train and job.arguments[1] == trial


@pytest.mark.parametrize(("times", "status"), [(1, "ok"), (2, "failed")])
def test_a_trial_whose_process_dies_is_tried_once_more(run, times, status, tmp_path):
    study = tiny()
    summary = run(study, executor=dying(study.trials[0], times))
    assert sum(summary.statuses.values()) == 4
    row = pd.read_csv(tmp_path / "tiny" / "trials.csv").set_index("trial").loc[study.trials[0].id]
    assert row["status"] == status
    assert status == "ok" or "SIGKILL" in row["error"]


def test_a_folder_in_use_is_refused(run, tmp_path):
    from filelock import FileLock

    with FileLock(tmp_path / ".tiny.lock"), pytest.raises(RequestError, match="another run is at work"):
        run(tiny())


def test_a_folder_that_cant_be_written_is_refused(tmp_path, trainer):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RequestError, match="can't be written"):
        runner.run(tiny(), tmp_path / "file", Inline(), say=print)


def test_the_journal_has_a_row_the_moment_a_trial_ends(run, trainer, tmp_path, monkeypatch):
    counts = []
    original = trainer.train

    def counting(study, trial):
        journal = Journal(tmp_path / "tiny" / "journal.sqlite")
        counts.append(len(journal.rows()))
        journal.close()
        return original(study, trial)

    monkeypatch.setattr(worker, "train", counting)
    run(tiny())
    assert counts == [0, 1, 2, 3]


def test_figures_of_layers_have_columns_where_a_row_has_them(tmp_path):
    study = tiny(telemetry=True, seeds=1, epochs=1)
    folder = runner.run(study, tmp_path, Inline()).folder
    trials, history = (pd.read_csv(folder / f"{name}.csv") for name in ("trials", "history"))
    figures = telemetry_columns(trials)
    assert {"gradient_norm/dense_0", "saturated/activation_0", "near_zero/logits"} <= set(figures)
    assert list(trials) == trial_columns(study.settings, study.metrics, figures)
    assert list(history) == history_columns(study.metrics, figures)
    assert (trials["gradient_norm/dense_0"] > 0).all()


def test_a_trial_that_hangs_comes_last_and_in_the_end_is_a_failed_row(run, trainer, tmp_path, monkeypatch):
    study = tiny()
    executor = Scripted(lambda job, say: HANGS if trains(job, study.trials[0]) else None)
    monkeypatch.setattr(jobs, "_HANGS", 0.1)

    def rerun(**options):
        trainer.asked.clear()
        return run(study, executor=executor, deadline=time.monotonic() + 0.5, **options)

    first = rerun()
    assert (first.stopped, first.trained, first.left) == ("time", 0, 4)
    said = []
    second = rerun(said=said)
    assert trainer.asked == [trial.id for trial in study.trials[1:]]
    assert (second.stopped, second.trained, second.failed, second.left) == ("", 3, 1, 0)
    told = "not done after 0 s, when the time was up; others take 0.01 s; --retry-failed tries again"
    assert f"tiny: a trial has failed: {told}" in said
    assert rerun().trained == 0
