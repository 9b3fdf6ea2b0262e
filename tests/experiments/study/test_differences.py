"""What keeps results from being extended, and what does not."""

import json

import pytest

from experiments.study.differences import find_differences
from experiments.study.study_table import read
from tests.experiments.studies import tiny

OWN_MODEL = """
def net(input_shape, outputs, width=4, activation="relu"):
    return None
"""


def differences(study, earlier):
    """As the journal gives an earlier study back."""
    return list(find_differences(study, json.loads(json.dumps(earlier.fixed))))


def test_results_from_before_a_setting_came_are_told_from_those_with_another_level():
    kept = json.loads(json.dumps(tiny().fixed))
    assert not {"patience", "schedule"} & set(kept["held"])
    assert list(find_differences(tiny(), kept)) == []


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"seeds": 5},
        {"seeds": [7]},
        {"factors": {"activation": ["relu", "tanh", "sigmoid"]}},
        {"factors": {"activation": ["sigmoid"]}},
        {"name": "renamed", "question": "Another?"},
        {"factors": {"activation": ["relu", "tanh"], "learning_rate": [1e-3, 1e-2]}},  # held at 1e-3 before
        {"factors": {"activation": ["relu"], "epochs": [1, 2]}},
        {"design": "one-factor"},
        {"factors": {"activation": ["relu"], "patience": [0, 2], "schedule": ["constant", "linear"]}},
        {"factors": {"activation": ["relu"], "optimizer": ["adam", {"name": "adam", "global_clipnorm": 1.0}]}},
        {"design": "random", "trials": 2},
        {"design": "random", "factors": {"activation": ["relu"], "learning_rate": {"min": 0.1, "max": 1.0}}},
    ],
)
def test_more_seeds_levels_and_factors_extend(changed):
    assert differences(tiny(**changed), tiny()) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"epochs": 3}, ["epochs: the results have 2, the study has 3"]),
        (
            {"epochs": 3, "loss": {"name": "huber", "delta": 0.5}},
            [
                "epochs: the results have 2, the study has 3",
                "loss: the results have cross_entropy, the study has huber(delta=0.5)",
            ],
        ),
        ({"patience": 3}, ["patience: the results have 0, the study has 3"]),
        (
            {"factors": {"activation": ["relu"], "schedule": ["linear"]}},
            ["schedule: the results hold constant, which is no level of the study's"],
        ),
        (
            {"optimizer": {"name": "adam", "global_clipnorm": 1.0}},
            ["optimizer: the results have adam, the study has adam(global_clipnorm=1.0)"],
        ),
        ({"model": {"units": [4, 4]}}, ["units: the results have 4, the study has 4-4"]),
        ({"task": {"name": "xor", "n": 80}}, ["n: the results have 60, the study has 80"]),
        (
            {"task": {"name": "and_gate", "n": 60}},
            ['task: the results have "xor", the study has "and_gate"'],
        ),
        (
            {"task": {"name": "digits"}},
            [
                'task: the results have "xor", the study has "digits"',
                "resample: the results don't have this setting",
                "n: in the results, not in the study",
                "noise: in the results, not in the study",
            ],
        ),
        (
            {"factors": {"learning_rate": [1e-3]}},
            ["activation: a factor in the results, held at relu in the study"],
        ),
        (
            {"factors": {"activation": ["relu"], "epochs": [5, 10]}},
            ["epochs: the results hold 2, which is no level of the study's"],
        ),
    ],
)
def test_what_differs_is_named(changed, told):
    assert differences(tiny(**changed), tiny()) == told


def test_other_defaults_of_a_users_model_and_its_source_are_named(tmp_path):
    table = {"name": "s", "task": "xor", "factors": {"activation": ["relu"]}, "model": {"kind": "net.py:net"}}
    place = tmp_path / "net.py"

    def study():
        return read(json.loads(json.dumps(table)), folder=str(tmp_path))

    place.write_text(OWN_MODEL)
    before = study()
    assert differences(study(), before) == []
    place.write_text(OWN_MODEL + "\n# changed\n")
    assert differences(study(), before) == ["net.py:net: its source has changed since the results were written"]


def test_a_users_lists_and_tuples_come_back_from_json_as_the_same_study():
    def net(input_shape, sizes=(8, 8)):
        """A tuple for a default."""

    table = {"name": "s", "task": "xor", "factors": {"epochs": [1]}}
    study = read(table, objects={"model": net})
    assert differences(study, study) == []
    assert study.labels(study.base)["sizes"] == "8-8"
