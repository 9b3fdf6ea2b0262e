"""A study’s trials and ids, and the same study with other seeds, rates or epochs."""

import json
import pickle
import re

import pytest

from experiments.errors import RequestError
from experiments.study.study_table import read
from tests.experiments.studies import named, tiny

# --- trials and ids


def test_the_seed_is_outermost_so_that_an_interrupted_run_is_balanced():
    assert named(tiny(seeds=[3, 1])) == [(3, "relu"), (3, "tanh"), (1, "relu"), (1, "tanh")]


def test_ids_of_a_study_never_change():
    # Pinned: results are found again by these ids and by this digest. A change of a default, of a canonical form or
    # of the digest itself orphans the rows of every user; where one is meant, the old results are lost to `run`.
    study = read(
        {
            "name": "pinned",
            "task": {"name": "xor", "n": 60},
            "seeds": 2,
            "epochs": 2,
            "model": {"units": [4]},
            "factors": {"activation": ["relu", "hard_tanh"], "loss": [{"name": "huber", "delta": 0.5}]},
        }
    )
    # these came later, and are no part of them where they change nothing
    assert (study.base["patience"], study.base["keep_epoch"]) == (0, "last")
    assert "keep_epoch" not in study.settings and "keep_epoch" in tiny(keep_epoch="best").settings
    assert {trial.id for trial in tiny(keep_epoch="best").trials}.isdisjoint(trial.id for trial in tiny().trials)
    assert [trial.id for trial in study.trials] == ["fec1bb2cb615", "95c06bb5e6f9", "49433b6142d0", "be880b0476c5"]
    assert study.digest == "f931ff19f0da8be7"


def test_ids_do_not_depend_on_names_questions_seeds_or_the_order_of_levels_and_keys():
    whole = {trial.id for trial in tiny().trials}
    other = tiny(name="other", question="Another?", seeds=[1, 0], factors={"activation": ["tanh", "relu"]}, baseline={})
    assert {trial.id for trial in other.trials} == whole
    assert {trial.id for trial in tiny(seeds=1, factors={"activation": ["relu"]}).trials} < whole


def test_a_default_that_is_written_down_gives_the_same_ids():
    written = tiny(
        loss="cross_entropy",
        learning_rate=0.001,
        optimizer={"name": "adam", "beta_1": 0.9},
        model={"kind": "mlp", "units": 4, "regularizer": "none"},
        task={"n": 60, "noise": 0.1, "name": "xor"},
    )
    assert [trial.id for trial in written.trials] == [trial.id for trial in tiny().trials]


def test_a_held_setting_and_a_level_of_a_factor_give_the_same_ids():
    held = tiny(factors={"activation": ["tanh"]}).trials[0].id
    assert held in {trial.id for trial in tiny().trials}
    assert held == tiny(model={"units": [4], "activation": "tanh"}, factors={"learning_rate": [1e-3]}).trials[0].id


@pytest.mark.parametrize(
    "change",
    [
        {"epochs": 3},
        {"batch_size": 8},
        {"learning_rate": 0.01},
        {"optimizer": "sgd"},
        {"optimizer": {"name": "adam", "beta_1": 0.8}},
        {"loss": "huber"},
        {"model": {"units": [5]}},
        {"task": {"name": "xor", "n": 61}},
        {"task": {"name": "and_gate", "n": 60}},
        {"seeds": [2, 3]},
    ],
)
def test_whatever_changes_a_trial_changes_its_id(change):
    assert not {trial.id for trial in tiny(**change).trials} & {trial.id for trial in tiny().trials}


def test_a_changed_source_changes_the_ids_of_the_cells_that_use_it(tmp_path):
    (tmp_path / "acts.py").write_text("def act(x):\n    return x\n")
    table = {"factors": {"activation": ["relu", "acts.py:act"]}}

    def ids():
        study = read({"name": "s", "task": "xor", "seeds": 1} | table, folder=str(tmp_path))
        return dict(zip([label for _, label in named(study)], (trial.id for trial in study.trials), strict=True))

    before = ids()
    (tmp_path / "acts.py").write_text("def act(x):\n    return 2 * x\n")
    after = ids()
    assert before["relu"] == after["relu"]
    assert before["acts.py:act"] != after["acts.py:act"]


def test_every_design_gives_its_cells():
    factors = {"activation": ["relu", "tanh"], "batch_size": [8, 16, 32]}
    assert len(tiny(factors=factors).cells) == 6
    assert len(tiny(factors=factors, design="one-factor").cells) == 4
    assert len(tiny(factors=factors, design="random", trials=5).cells) == 5
    without = {"activation": "linear", "batch_size": 64}
    assert len(tiny(factors={}, without=without, design="leave-one-out").cells) == 3


def test_one_factor_and_leave_one_out_start_from_the_baseline():
    study = tiny(design="one-factor", baseline={"activation": "tanh"})
    assert [label for _, label in named(study)[:2]] == ["tanh", "relu"]
    study = tiny(
        design="leave-one-out", factors={}, baseline={"activation": "tanh"}, without={"activation": "linear"}, seeds=1
    )
    assert named(study) == [(0, "tanh"), (0, "linear")]


def test_without_a_baseline_the_first_levels_are_it():
    assert tiny(design="one-factor", seeds=1).labels(tiny(design="one-factor").base)["activation"] == "relu"


def test_a_random_design_takes_ranges_and_more_trials_extend_it():
    factors = {"activation": ["relu", "tanh"], "learning_rate": {"min": 1e-4, "max": 1e-1, "scale": "log"}}
    few, more = (tiny(design="random", factors=factors, seeds=1, trials=trials) for trials in (3, 6))
    assert [trial.id for trial in more.trials[:3]] == [trial.id for trial in few.trials]
    assert all(1e-4 <= cell["learning_rate"] <= 1e-1 for cell in more.cells)
    assert tiny(design="random", factors=factors, sample_seed=0).cells == tiny(design="random", factors=factors).cells
    assert tiny(design="random", factors=factors, sample_seed=1).cells != tiny(design="random", factors=factors).cells


def test_settings_are_columns_and_labels():
    study = tiny(factors={"regularizer": [{"name": "elastic_net", "l1": 0.1, "l2": 0.1}], "units": [[8, 8]]})
    assert list(study.labels(study.base)) == study.settings
    assert study.settings[:7] == [
        "activation", "loss", "regularizer", "learning_rate", "optimizer", "batch_size", "epochs",
    ]  # fmt: skip
    labels = study.labels(study.trials[0].settings)
    assert labels["regularizer"] == "elastic_net(l1=0.1, l2=0.1)"
    assert labels["units"] == "8-8"
    assert (labels["n"], labels["noise"]) == (60, 0.1)


def test_the_primary_metric_and_its_direction():
    assert (tiny().primary, tiny().direction) == ("accuracy", "max")
    regression = tiny(task="sine")
    assert (regression.primary, regression.direction) == ("mean_absolute_error", "min")


def test_the_description_is_plain_json():
    study = tiny(design="random", factors={"learning_rate": {"min": 0.1, "max": 1.0}, "loss": ["huber"]})
    described = study.describe()
    assert json.loads(json.dumps(described)) == described
    assert described["factors"] == {"learning_rate": {"min": 0.1, "max": 1.0, "scale": "linear"}, "loss": ["huber"]}


def test_a_study_goes_to_another_process():
    study = tiny()
    bare = pickle.dumps(study)
    assert study.trials
    assert pickle.dumps(study) == bare  # without the cells and trials that were worked out
    assert [trial.id for trial in pickle.loads(bare).trials] == [trial.id for trial in study.trials]


# --- what extends earlier results


def test_the_digest_is_of_what_must_stay_the_same():
    assert tiny(seeds=5, factors={"activation": ["sigmoid"]}).digest == tiny().digest
    assert tiny(epochs=3).digest != tiny().digest
    assert re.fullmatch("[0-9a-f]{16}", tiny().digest)


# --- requests that narrow a study


def test_other_seeds():
    assert tiny().with_seeds(3).seeds == [0, 1, 2]
    assert tiny().with_seeds([5, 0]).seeds == [5, 0]
    with pytest.raises(RequestError, match=r"^--seeds: got 0, allowed is 1 or more$"):
        tiny().with_seeds(0, "--seeds")


def test_other_epochs():
    study = tiny().with_epochs(7)
    assert {trial.settings["epochs"] for trial in study.trials} == {7}
    assert {trial.id for trial in study.trials} == {trial.id for trial in tiny(epochs=7).trials}


@pytest.mark.parametrize("wrong", [0, -1])
def test_wrong_epochs(wrong):
    with pytest.raises(RequestError, match=f"^--epochs: got {wrong}, allowed is 1 or more$"):
        tiny().with_epochs(wrong)


def test_the_salt_is_a_column_only_where_it_is_used():
    assert "salt" not in tiny().settings
    assert "salt" in tiny(factors={"salt": [0, 1]}).settings
    assert "salt" in tiny(salt=4).settings
    assert tiny(salt=0).trials == tiny().trials != tiny(salt=4).trials


def test_tuning_seeds_choose_and_as_many_fresh_ones_as_asked_for_compare():
    study = tiny(seeds=20, tuning_seeds=5)
    assert (study.seeds, study.fresh_seeds, study.declared_seeds) == ([0, 1, 2, 3, 4], 20, 5)
    assert study.describe()["fresh_seeds"] == 20
    more = study.with_seeds(40)
    assert (more.seeds, more.fresh_seeds) == (study.seeds, 40)
    with pytest.raises(RequestError, match="looks: given beside tuning_seeds"):
        study.with_looks([2, 4, 8])
