"""Data factors in studies: who takes them, what is refused, and that results from before there were any stay found."""

import csv
from pathlib import Path

import numpy as np
import pytest

from experiments import Study
from experiments.errors import RequestError
from experiments.store.csvs import in_order
from experiments.study import catalog, study_file
from experiments.study.differences import find_differences
from experiments.study.study_table import read
from experiments.tasks import Data, Task
from experiments.train import worker
from tests.experiments.eager import OF_EAGER_STEPS, eager_steps

ROOT = Path(__file__).parents[4]
GENERATOR = np.random.default_rng(0)
X = GENERATOR.normal(size=(100, 3)).astype(np.float32)
Y = (X[:, 0] > 0).astype(int)


def study(**changes):
    return read({"name": "tiny", "task": "moons", "factors": {"activation": ["relu"]}, **changes})


def test_results_from_before_are_still_found_and_can_be_extended_by_a_data_factor():
    table = study_file.table(ROOT / "docs/reference.toml")
    reference = read(table)
    with (ROOT / "results/reference/trials.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    ids = {row["trial"] for row in rows}
    assert {trial.id for trial in reference.trials} == ids
    assert [name for name in rows[0] if name in catalog.OF_DATA] == [] and "label_noise" not in reference.settings
    assert not {*catalog.OF_DATA} & {*reference.fixed["held"], *reference.describe()["task_settings"]}

    table["factors"] |= {"label_noise": [0.0, 0.2], "train_size": [100, "all"]}
    more = read(table)
    assert list(find_differences(more, reference.fixed)) == []
    plain = [trial for trial in more.trials if trial.settings["label_noise"] == 0 and trial.id in ids]
    assert {trial.id for trial in plain} == ids and len(more.trials) == 4 * len(ids)
    assert more.describe()["task_settings"] == ["resample", "train_size", "label_noise"]
    # rows that lack the column are told what it was
    told = in_order([{"trial": "a", "seed": 0}], more.settings)[0]
    assert (told["label_noise"], told["train_size"]) == (0.0, "all")


def test_a_level_that_changes_nothing_is_no_part_of_a_study_and_another_is():
    assert study(label_noise=0.0).digest == study().digest
    noisy = study(label_noise=0.2)
    assert (noisy.base["label_noise"], "label_noise" in noisy.settings) == (0.2, True)
    assert list(find_differences(noisy, study().fixed)) == ["label_noise: the results have 0.0, the study has 0.2"]


def test_a_setting_that_came_later_is_no_part_of_what_was_there_before():
    grey = study(task="reconstruct_digits")
    assert "binarize" not in grey.settings and "binarize" not in grey.fixed["held"]
    both = study(task="reconstruct_digits", factors={"activation": ["relu"], "binarize": [False, True]})
    assert (
        list(find_differences(both, grey.fixed)) == [] and both.trials[0].id == grey.trials[0].id != both.trials[1].id
    )


def test_every_task_offers_what_makes_sense_for_it():
    def offered(**changes):
        return [name for name in study(**changes).base if name in catalog.OF_DATA]

    of_all = ["train_size", "feature_noise"]
    assert offered() == ["imbalance", "train_size", "label_noise", "feature_noise"]
    assert offered(task="sine") == ["train_size", "target_outliers", "outlier_size", "feature_noise"]
    assert offered(task="reconstruct_digits") == of_all
    assert offered(recipe="reconstruction") == of_all
    assert offered(task="ring") == of_all
    # its own setting of that name, which nothing replaces
    assert study(task="mnist").base["train_size"] is None
    assert study(task={"name": "mnist", "train_size": 500}).base["train_size"] == 500


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"factors": {"label_noise": [0.0, 1.5]}}, r"factors label_noise: got 1.5, allowed is 1 or less"),
        ({"factors": {"imbalance": [0.0]}}, r"factors imbalance: got 0.0, allowed is above 0"),
        (
            {"train_size": 1.5},
            r'train_size: got 1.5, allowed is a whole number from 1, a share above 0 and below 1, or "all"$',
        ),
        ({"factors": {"train_size": [0]}}, r"factors train_size: got 0, allowed is a whole number from 1, a share"),
        ({"factors": {"train_size": ["al"]}}, r'factors train_size: got "al", allowed is a whole number from 1, a'),
        (
            {"task": "sine", "factors": {"label_noise": [0.1]}},
            r"label_noise: label_noise is for tasks with the head softmax, sigmoid, ordinal; this one has linear. "
            r"Fitting: train_size, target_outliers, outlier_size, feature_noise",
        ),
        (
            {"outlier_size": 3.0},
            r"outlier_size: target_outliers is for tasks with the head linear; this one has softmax",
        ),
        (
            {"recipe": "reconstruction", "label_noise": 0.1},
            r"label_noise: the recipe reconstruction has no targets that label_noise could change. "
            r"Fitting: train_size, feature_noise",
        ),
        ({"factors": {"label_nois": [0.1]}}, r'got "label_nois"; did you mean "label_noise"'),
        (
            {"task": {"name": "moons", "label_noise": 0.1}},
            r"task moons: got label_noise, which is a key of the study itself, beside task",
        ),
    ],
)
def test_a_wrong_request_is_one_message(changes, told):
    with pytest.raises(RequestError, match=told) as raised:
        study(**changes)
    assert len(str(raised.value).splitlines()) == 1


def test_a_model_of_the_user_keeps_its_own_setting_of_that_name():
    def build(input_shape, outputs, train_size=3):
        """Never called."""

    own = read({"name": "own", "factors": {"train_size": [3, 4]}}, objects={"model": build, "sources": {}})
    assert own.model_settings == ("train_size",) and "train_size" not in own.task_settings


def test_drawn_levels_lie_in_a_range():
    levels = {"label_noise": {"min": 0.0, "max": 0.4}, "train_size": {"min": 10, "max": 300}}
    cells = study(design="random", trials=8, factors=levels).cells
    assert all(0 <= cell["label_noise"] <= 0.4 and isinstance(cell["train_size"], int) for cell in cells)


@OF_EAGER_STEPS
def test_a_users_own_arrays_take_them_on_both_engines_and_old_rows_stay(tmp_path):
    options = {"data": (X, Y), "model": {"units": [4]}, "epochs": 1, "batch_size": 32, "seeds": 1}
    with eager_steps():
        first = Study(factors={"activation": ["relu", "tanh"]}, **options)
        before = first.run(results=tmp_path, engine="serial").frame.set_index("trial")
        factors = {"activation": ["relu", "tanh"], "label_noise": [0.0, 0.5], "train_size": [20, "all"]}
        more = Study(factors=factors, **options)
        frame = more.run(results=tmp_path, engine="fused").frame.set_index("trial")
        alone = [worker.train(more.declared, trial) for trial in more.declared.trials[1:3]]
    assert (len(before), len(frame)) == (2, 8)
    kept = frame.loc[before.index]
    assert (kept["seconds"] == before["seconds"]).all() and (kept["engine"] == "serial").all()
    assert {*kept["label_noise"]} == {"0"} and {*kept["train_size"]} == {"all"}
    others = frame.drop(before.index)
    assert (others["engine"] == "fused").all() and frame["train_loss"].nunique() == 8
    for outcome in alone:
        for column in ("train_loss", "validation_loss", "test_cross_entropy"):
            row = others.loc[outcome.trial] if outcome.trial in others.index else kept.loc[outcome.trial]
            assert row[column] == pytest.approx(outcome.row[column], rel=1e-4)
    assert {outcome.trial for outcome in alone} & {*others.index}


def test_a_task_of_the_users_own_that_some_seeds_draw_is_refused_before_training(tmp_path):
    part = np.arange(30)
    task = Task("softmax", (3,), 2, lambda seed: Data(X, Y, part, part + 30, part + 60))
    with pytest.raises(RequestError, match="train_size: got 31, allowed are at most the 30 examples that train"):
        Study(data=task, factors={"train_size": [31]}, seeds=1, epochs=1).run(results=tmp_path)
