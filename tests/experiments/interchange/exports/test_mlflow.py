"""Results in an MLflow store, read back by MLflow's client."""

import contextlib
import math

import pytest

from experiments.interchange.exports.mlflow import _name, export_mlflow
from experiments.store.journal import Journal, Outcome

for module in ("mlflow", "sqlalchemy", "alembic"):
    pytest.importorskip(module, reason=f"{module} is not installed")

STARTED = 1767323045000  # 2026-01-02T03:04:05+00:00


@pytest.fixture(scope="module", autouse=True)
def _nothing_stays_open():
    """No file of a store stays open after a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_SQLALCHEMYSTORE_POOLCLASS", "NullPool")
        yield


@pytest.fixture(scope="module")
def target(read_only_study, tmp_path_factory):
    """An export, written from an empty folder."""
    here = tmp_path_factory.mktemp("here")
    with contextlib.chdir(here):
        made = export_mlflow(read_only_study, tmp_path_factory.mktemp("mlflow") / "out")
    assert not list(here.iterdir())
    return made


@pytest.fixture(scope="module")
def opened(target):
    return client_of(target)


def client_of(target):
    """A client of a store, and the id of its experiment."""
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{target.as_posix()}/mlflow.db")
    return client, client.get_experiment_by_name("all-sorts").experiment_id


def trials(opened):
    client, experiment = opened
    return {run.data.tags["trial"]: run for run in client.search_runs([experiment], "tags.level = 'trial'")}


def test_a_trial_is_a_run_with_its_row(opened, csv):
    rows = {row["trial"]: row for row in csv("trials.csv").to_dict("records")}
    runs = trials(opened)
    assert set(runs) == set(rows)
    settings = ["activation", "loss", "regularizer", "learning_rate", "epochs", "units", "batch_normalization",
                "schedule", "loss.huber.delta"]  # fmt: skip
    for trial, run in runs.items():
        row = rows[trial]
        assert run.info.run_name == trial
        assert run.data.params == {name: row[name] for name in settings if row[name]}
        tags = {name: run.data.tags.get(name, "") for name in ("cell", "seed", "task", "status", "engine", "error")}
        assert tags == {name: row[name] for name in tags}
        for name in ("train_loss", "validation_loss", "validation_accuracy", "test_accuracy", "gradient_norm/dense_0"):
            if row["status"] == "ok":
                assert run.data.metrics[name] == float(row[name])
            elif name != "gradient_norm/dense_0":
                assert math.isnan(run.data.metrics.get(name, math.nan))
        assert run.data.metrics["seconds"] == float(row["seconds"])
        assert run.info.status == ("FINISHED" if row["status"] == "ok" else "FAILED")
        assert run.info.start_time == STARTED
        assert run.info.end_time == STARTED + 1000 * float(row["seconds"])


def test_steps_are_the_epochs_of_the_history(opened, csv):
    client, _ = opened
    history = csv("history.csv")
    for trial, run in trials(opened).items():
        expected = history[history["trial"].eq(trial)]
        for name in ("train_loss", "validation_loss", "validation_accuracy", "gradient_norm/dense_0"):
            found = client.get_metric_history(run.info.run_id, name) if name in run.data.metrics else []
            finite = [(metric.step, metric.value) for metric in found if not math.isnan(metric.value)]
            assert sorted(finite) == [(int(row["epoch"]), float(row[name])) for _, row in expected.iterrows()]
    assert len(client.get_metric_history(trials(opened)["a0"].info.run_id, "train_loss")) == 2


def test_a_trial_that_diverged_is_never_taken_for_a_good_one(opened):
    client, experiment = opened
    best = client.search_runs([experiment], "tags.level = 'trial'", order_by=["metrics.validation_accuracy DESC"])
    assert best[0].data.tags["trial"] == "a0"  # b0 had 0.75 before it diverged
    for condition in ("metrics.validation_accuracy > 0.1", "metrics.train_loss < 10"):
        assert [run.data.tags["trial"] for run in client.search_runs([experiment], condition)] == ["a0"]


def test_seeds_of_a_cell_are_children_of_its_run(opened):
    client, experiment = opened
    cells = {run.info.run_name: run for run in client.search_runs([experiment], "tags.level = 'cell'")}
    assert set(cells) == {"ca", "cb"}
    for cell, run in cells.items():
        children = client.search_runs([experiment], f"tags.mlflow.parentRunId = '{run.info.run_id}'")
        assert sorted(child.info.run_name for child in children) == [cell[1] + "0", cell[1] + "1"]
        assert all(child.data.params == run.data.params for child in children)
        assert run.info.status == "FAILED"
        assert run.info.end_time == max(child.info.end_time for child in children)


def test_the_experiment_tells_of_the_study(opened):
    client, experiment = opened
    tags = client.get_experiment(experiment).tags
    assert (tags["question"], tags["primary"], tags["direction"]) == ("Größer?", "accuracy", "max")
    assert tags["factors"] == "activation, regularizer, learning_rate, loss.huber.delta"


def test_many_settings_and_epochs_take_several_batches(study_folder, tmp_path):
    journal = Journal(study_folder / "journal.sqlite")
    row = next(row for row in journal.rows() if row["trial"] == "a0")
    names = [f"gradient_norm/dense_{place}" for place in range(30)]
    history = [{"epoch": epoch, **{name: epoch / 7 for name in names}} for epoch in range(1, 101)]
    journal.add(Outcome("a0", row | {"epochs_run": 100}, history))
    journal.close()
    opened = client_of(export_mlflow(study_folder, tmp_path / "many"))
    run = trials(opened)["a0"].info.run_id
    for name in (names[0], names[-1]):
        assert [metric.value for metric in opened[0].get_metric_history(run, name)][:100] == [
            entry[name] for entry in history
        ]


def test_only_the_store_is_left(target):
    """Nothing in the folder that it was written from either, as `target` finds."""
    assert sorted(path.name for path in target.iterdir()) == [".keras-ablations", "mlflow.db"]


def test_names_that_mlflow_refuses_are_made_to_fit():
    assert _name("gradient_norm/my layer (2)") == "gradient_norm/my layer _2_"
