"""Projects that keras-tuner wrote, read back and held against what the tuners themselves say."""

import json
import math
import shutil

import numpy as np
import pandas as pd
import pytest

from experiments.errors import RequestError
from experiments.interchange.imports.keras_tuner_project import keras_tuner_project
from tests.custom.support import KERAS_COPIES

pytestmark = KERAS_COPIES


@pytest.fixture
def copied(projects, tmp_path):
    """A function that copies a project, to be spoiled."""
    return lambda name: shutil.copytree(projects.folder / name, tmp_path / name)


def changed(file, **changes):
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


@pytest.mark.parametrize("name", ["random", "hyperband", "bayesian"])
def test_rows_are_what_the_tuner_says(projects, name):
    read, tuner = keras_tuner_project(projects.folder / name), projects.tuners[name]
    assert [row["trial"] for row in read.rows] == tuner.oracle.start_order
    column = {"hyperband": "validation_loss"}.get(name, "validation_accuracy")
    for row in read.rows:
        trial = tuner.oracle.trials[row["trial"]]
        values = trial.hyperparameters.values
        assert row[column] == trial.score
        assert (row["status"], row["seed"], row["engine"]) == ("ok", 0, "keras-tuner")
        for hyper_parameter, level in values.items():
            if not hyper_parameter.startswith("tuner/"):
                assert row[{"model": "hp_model"}.get(hyper_parameter, hyper_parameter)] == level
        assert ("drop.rate" in row) == values["block 1/dropout"]
        assert row["train_loss"] == trial.metrics.get_best_value("loss")
    assert read.tuner == name
    assert read.direction == ("min" if name == "hyperband" else "max")
    assert read.metrics[0] == ("loss" if name == "hyperband" else "accuracy")
    assert read.history == []


def test_the_space_is_declared(projects):
    assert keras_tuner_project(projects.folder / "random").factors == {
        "units": {"min": 2, "max": 4, "scale": "linear"},
        "block 1/dropout": [False, True],
        "drop.rate": {"min": 0.1, "max": 0.5, "scale": "linear"},
        "hp_model": ["plain"],
        "learning_rate": {"min": 1e-3, "max": 1e-1, "scale": "log"},
    }


def test_levels_that_are_not_there_and_those_that_are(projects):
    rows = [row for name in ("random", "hyperband") for row in keras_tuner_project(projects.folder / name).rows]
    assert {"drop.rate" in row for row in rows} == {True, False}


def test_of_hyperband_only_the_epochs_are_kept(projects):
    read = keras_tuner_project(projects.folder / "hyperband")
    trials = projects.tuners["hyperband"].oracle.trials
    assert {row["trial"]: row["epochs"] for row in read.rows} == {
        name: trial.hyperparameters.values["tuner/epochs"] for name, trial in trials.items()
    }
    assert read.factors["epochs"] == [1, 2]
    assert not [name for name in read.factors if name.startswith("tuner/")]
    assert len({row["cell"] for row in read.rows}) == len(read.proposed) == len(read.rows)


def test_every_execution_of_the_fused_tuner_is_a_row_with_its_epochs(projects):
    read, tuner = keras_tuner_project(projects.folder / "fused"), projects.tuners["fused"]
    rows = pd.DataFrame(read.rows)
    assert sorted(rows["seed"]) == [0, 0, 0, 0, 1, 1, 1, 1]
    assert set(rows["engine"]) == {"fused"}
    for name, trial in tuner.oracle.trials.items():
        own = rows[rows["trial"].isin([f"{name}-0", f"{name}-1"])]
        assert own["cell"].nunique() == 1
        assert own["validation_accuracy"].mean() == pytest.approx(trial.score)
        assert set(own["learning_rate"]) == {trial.hyperparameters.values["learning_rate"]}
    history = pd.DataFrame(read.history).set_index(["trial", "epoch"])
    assert len(history) == 16
    for row in read.rows:
        assert history.loc[row["trial"], "validation_accuracy"].max() == row["validation_accuracy"]
    assert "each execution’s best epoch" in read.method
    assert not any(name.startswith("test_") for row in read.rows for name in row)
    assert read.caveats == ["The hyper-parameter model is hp_model here."]


def test_what_has_no_number_diverged_and_what_raised_failed(projects):
    read = keras_tuner_project(projects.folder / "function")
    found = {row["place"]: row for row in read.rows}
    assert {place: row["status"] for place, row in found.items()} == {0: "ok", 1: "diverged", 2: "failed", 3: "ok"}
    assert found[2]["error"] == "ValueError: no such place"
    assert found[3]["validation_objective"] == 3.0
    assert "validation_objective" not in found[1]
    assert (read.metrics, read.direction, read.tuner) == (["objective"], "min", "grid")


def test_averages_are_told(projects):
    (caveat, _) = keras_tuner_project(projects.folder / "random").caveats
    assert caveat.startswith(
        "keras-tuner kept one score of a trial: the mean over its executions, each at its best epoch"
    )
    assert "no interval is possible" in caveat


def test_a_completed_trial_with_an_infinite_score_diverged(copied):
    place = copied("function")
    file = place / "trial_0000/trial.json"
    metric = {"direction": "min", "observations": [{"value": [math.inf], "step": 0}]}
    changed(file, score=math.inf, metrics={"metrics": {"default_objective": metric}})
    assert keras_tuner_project(place).rows[0]["status"] == "diverged"


def test_what_has_not_ended_has_no_row_and_is_told(copied):
    place = copied("random")
    changed(place / "trial_1/trial.json", status="RUNNING", score=None)
    read = keras_tuner_project(place)
    assert [row["trial"] for row in read.rows] == ["0", "2", "3"]
    assert read.notes == ["1 trial had not ended when the project was read, and has no row: 1."]
    for trial in "023":
        changed(place / f"trial_{trial}/trial.json", status="RUNNING", score=None)
    with pytest.raises(RequestError, match="none of its 4 trials has ended yet"):
        keras_tuner_project(place)


def test_a_broken_trial_costs_that_trial(copied):
    place = copied("random")
    before = keras_tuner_project(place)
    file = place / "trial_2/trial.json"
    file.write_text(file.read_text()[:200])
    read = keras_tuner_project(place)
    assert read.rows == [row for row in before.rows if row["trial"] != "2"]
    (note,) = read.notes
    assert note.startswith("trial_2/trial.json can’t be read (")
    assert note.endswith("): this trial is left out.")


@pytest.mark.parametrize("content", ["{", "[]", '{"start_order": 3}', ""])
def test_a_broken_oracle_costs_what_only_it_knows(copied, content):
    place = copied("random")
    before = keras_tuner_project(place)
    (place / "oracle.json").write_text(content)
    read = keras_tuner_project(place)
    assert (read.rows, read.factors, read.metrics) == (before.rows, before.factors, before.metrics)
    assert (read.tuner, read.started) == ("keras-tuner", None)
    (note,) = read.notes
    assert note.startswith("oracle.json can’t be read (")


def test_without_any_oracle_hyperband_still_shows(copied):
    place = copied("hyperband")
    before = keras_tuner_project(place)
    (place / "oracle.json").unlink()
    read = keras_tuner_project(place)
    assert read.tuner == "hyperband"
    assert read.rows == before.rows


def test_the_order_is_that_of_the_start(copied):
    place = copied("random")
    changed(place / "oracle.json", start_order=["3", "0", "2", "1"])
    read = keras_tuner_project(place)
    assert [row["trial"] for row in read.rows] == ["3", "0", "2", "1"]
    assert read.proposed == [row["cell"] for row in read.rows]


def test_the_same_values_once_more_are_another_seed(copied):
    place = copied("random")
    first = json.loads((place / "trial_0/trial.json").read_text())
    changed(place / "trial_1/trial.json", hyperparameters=first["hyperparameters"])
    rows = keras_tuner_project(place).rows
    assert [row["seed"] for row in rows] == [0, 1, 0, 0]
    assert rows[0]["cell"] == rows[1]["cell"]


def test_steps_are_epochs_where_a_trial_reported_several(copied):
    place = copied("function")
    observations = [{"value": [float(value), value + 2.0], "step": step} for step, value in enumerate((5, 3, 4))]
    changed(
        place / "trial_0000/trial.json",
        score=4.0,
        best_step=1,
        metrics={"metrics": {"default_objective": {"direction": "min", "observations": observations}}},
    )
    read = keras_tuner_project(place)
    assert [entry | {"trial": ""} for entry in read.history] == [
        {"trial": "", "epoch": epoch, "validation_objective": value} for epoch, value in ((1, 6.0), (2, 4.0), (3, 5.0))
    ]
    assert read.rows[0]["validation_objective"] == 4.0


def test_our_oracles_seeds_are_seeds(copied):
    place = copied("function")
    space = [
        {"class_name": "Choice", "config": {"name": "place", "values": [0, 3]}},
        {"class_name": "Choice", "config": {"name": "seed", "values": [0, 1]}},
    ]
    values = {"0000": (0, 0), "0003": (0, 1)}
    for name, (level, seed) in values.items():
        own = {"space": space, "values": {"place": level, "seed": seed}}
        changed(place / f"trial_{name}/trial.json", hyperparameters=own)
    for name in ("0001", "0002"):
        shutil.rmtree(place / f"trial_{name}")
    changed(place / "oracle.json", hyperparameters={"space": space, "values": {}})
    with pytest.raises(RequestError, match="--smallest-effect: which difference in default_objective matters"):
        keras_tuner_project(place)
    read = keras_tuner_project(place, smallest_effect=0.5)
    assert read.smallest_effect == 0.5
    assert "seed" not in read.factors
    assert [row["seed"] for row in read.rows] == [0, 1]
    assert len(read.proposed) == 1


def test_executions_of_a_trial_with_such_a_seed_go_on_from_it(copied):
    place = copied("fused")
    space = [{"class_name": "Choice", "config": {"name": "seed", "values": [0, 1]}}]
    for file in place.glob("trial_*/trial.json"):
        changed(file, hyperparameters={"space": space, "values": {"seed": 1 if "trial_0" in str(file) else 0}})
    rows = pd.read_csv(place / "executions.csv", dtype=str)
    rows.assign(seed=rows["trial"].eq("0").astype(int)).to_csv(place / "executions.csv", index=False)
    history = pd.read_csv(place / "history.csv", dtype=str)
    seeds = history["seed"].astype(int) + 2 * history["trial"].eq("0")
    history.assign(seed=seeds).to_csv(place / "history.csv", index=False)
    (place / "oracle.json").unlink()
    read = keras_tuner_project(place)
    assert [row["trial"] for row in read.rows[:4]] == ["0-2", "0-3", "1-0", "1-1"]
    assert [entry["trial"] for entry in read.history if entry["trial"].startswith("0-")] == ["0-2"] * 2 + ["0-3"] * 2


def test_an_objective_that_no_metric_fits_is_asked_for(copied):
    place = copied("random")
    changed(place / "trial_0/trial.json", score=17.0)
    with pytest.raises(RequestError, match=r"give --objective, one of accuracy, loss, val_accuracy, val_loss"):
        keras_tuner_project(place)
    read = keras_tuner_project(place, "val_loss")
    assert (read.metrics[0], read.direction) == ("loss", "min")
    with pytest.raises(RequestError, match='--objective: got "val_acuracy"; did you mean "val_accuracy"'):
        keras_tuner_project(place, "val_acuracy")


def test_reading_does_not_change_the_project(copied):
    place = copied("fused")
    before = {file: file.read_bytes() for file in place.rglob("*") if file.is_file()}
    keras_tuner_project(place)
    assert {file: file.read_bytes() for file in place.rglob("*") if file.is_file()} == before
    assert np.isfinite([row["validation_accuracy"] for row in keras_tuner_project(place).rows]).all()
