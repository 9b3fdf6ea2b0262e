"""Levels, lists and conditions in words."""

import pytest

from experiments.report.words import conditions, configuration, count, level, listed, short
from tests.experiments.report.results_folder import declared_study, trial_rows


@pytest.mark.parametrize(
    ("setting", "label", "expected"),
    [
        ("activation", "tanh", "tanh"), ("dropout", "0.2", "dropout 0.2"), ("units", "64-64", "units 64-64"),
        ("regularizer", "none", "no regularizer"), ("batch_normalization", "true", "batch normalization true"),
        ("loss", "lab.losses:focal(gamma=2.0)", "focal(gamma=2.0)"),
        ("learning_rate", "0.00123456", "learning rate 0.00123"),
    ],
)  # fmt: skip
def test_level(setting: str, label: str, expected: str) -> None:
    assert level(setting, label) == expected


def test_short_keeps_whole_numbers() -> None:
    assert short("12345") == "12345"


def test_configuration_of_nothing_varied() -> None:
    assert configuration({"activation": "relu"}, []) == "the one configuration"


def test_lists_and_counts() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(list("abcdef"), most=3) == "a, b, c and 3 more"
    assert (count(1, "seed"), count(2, "seed")) == ("1 seed", "2 seeds")


def test_conditions_name_the_epochs_unless_they_vary() -> None:
    cells = [{"epochs": 4}, {"epochs": 8}]
    _, fixed = declared_study(
        trial_rows([{"activation": "relu"}], [0], lambda *_: 0.5), factors={"activation": ["relu"]}
    )
    _, varied = declared_study(trial_rows(cells, [0], lambda *_: 0.5), factors={"epochs": [4, 8]})
    assert conditions(fixed) == "digits, 4 epochs"
    assert conditions(varied) == "digits"
