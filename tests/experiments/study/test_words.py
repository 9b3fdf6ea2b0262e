"""Levels, lists and conditions in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.report.text.sentences import conditions
from experiments.study import words
from experiments.study.words import configuration, count, join_words, level, short
from tests.experiments.report.results_folder import declared_study, trial_rows


@pytest.mark.parametrize(
    ("setting", "label", "expected"),
    [
        ("activation", "tanh", "tanh"),
        ("dropout", "0.2", "dropout 0.2"),
        ("units", "64-64", "units 64-64"),
        ("regularizer", "none", "no regularizer"),
        ("batch_normalization", "true", "batch normalization true"),
        ("loss", "lab.losses:focal(gamma=2.0)", "focal(gamma=2.0)"),
        ("learning_rate", "0.00123456", "learning rate 0.00123"),
    ],
)
def test_level(setting: str, label: str, expected: str) -> None:
    assert level(setting, label) == expected


def test_short_keeps_whole_numbers() -> None:
    assert short("12345") == "12345"


def test_configuration_of_nothing_varied() -> None:
    assert configuration({"activation": "relu"}, []) == "the one configuration"


def test_lists_and_counts() -> None:
    assert join_words(["a"]) == "a"
    assert join_words(["a", "b"]) == "a and b"
    assert join_words(list("abcdef"), most=3) == "a, b, c and 3 more"
    assert (count(1, "seed"), count(2, "seed")) == ("1 seed", "2 seeds")


def test_conditions_name_the_epochs_unless_they_vary() -> None:
    cells = [{"epochs": 4}, {"epochs": 8}]
    _, fixed = declared_study(
        trial_rows([{"activation": "relu"}], [0], lambda *_: 0.5), factors={"activation": ["relu"]}
    )
    _, varied = declared_study(trial_rows(cells, [0], lambda *_: 0.5), factors={"epochs": [4, 8]})
    assert conditions(fixed) == "digits, 4 epochs"
    assert conditions(varied) == "digits"


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("package.parts:swish", "swish"), ("lab 2/own-parts.py:focal(gamma=2.0)", "focal(gamma=2.0)"), ("a:2", "a:2"),
        ("12:30", "12:30"), ("https://a.b/c", "https://a.b/c"), ("a\nb\t", "a␊b␉"),
        ("\u202eabc", "⟨U+202E⟩abc"), (" a  b ", "␠a ␠b␠"),
        ("👩\u200d💻", "👩\u200d💻"), ("שלום", "שלום"), ("x" * 60, f"{'x' * 33}…{'x' * 14}"),
        ("1" * 400, f"{'1' * 33}…{'1' * 14}"),
    ],
)  # fmt: skip
def test_a_level_as_a_reader_sees_it(label, shown) -> None:
    assert words.short(label) == shown


@given(st.lists(st.text(max_size=60), unique=True))
def test_no_two_levels_of_a_factor_look_the_same(labels) -> None:
    with words.tell_apart([labels]):
        assert len(set(map(words.short, labels))) == len(labels)


def test_levels_look_the_same_again_afterwards() -> None:
    with words.tell_apart([["a.py:mish", "b.py:mish"]]), words.tell_apart([["x.py:elu", "y.py:elu"]]):
        assert [words.short(name) for name in ("a.py:mish", "x.py:elu", "z.py:elu")] == ["a.py:mish", "x.py:elu", "elu"]
    assert words.short("a.py:mish") == "mish"
