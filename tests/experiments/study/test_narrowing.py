"""Studies narrowed to some levels, as `--only` says."""

from dataclasses import replace

import pytest

from experiments.errors import RequestError
from experiments.study.differences import find_differences
from experiments.study.narrowing import keep_levels, labels_in
from tests.experiments.studies import named, tiny


def test_epochs_that_are_a_factor_can_only_be_narrowed():
    study = tiny(factors={"epochs": [1, 2]})
    with pytest.raises(RequestError, match=r"--epochs: epochs is a factor of this study; use --only epochs="):
        study.with_epochs(1)
    assert [cell["epochs"] for cell in keep_levels(study, "epochs", ["2"]).cells] == [2]


LEVELS = {"regularizer": ["none", {"name": "elastic_net", "l1": 0.1, "l2": 0.1}, "l2"], "units": [4, [8, 8]]}


def test_only_takes_labels_and_their_order():
    study = tiny(factors=LEVELS, seeds=1)
    some = keep_levels(keep_levels(study, "regularizer", ["l2", "elastic_net(l1=0.1, l2=0.1)"]), "units", ["8-8"])
    assert named(some, "regularizer") == [(0, "l2"), (0, "elastic_net(l1=0.1, l2=0.1)")]
    assert {trial.id for trial in some.trials} < {trial.id for trial in study.trials}
    assert list(find_differences(some, study.fixed)) == []


def test_only_of_one_factor_keeps_the_baseline():
    study = keep_levels(
        keep_levels(tiny(factors=LEVELS, design="one-factor", seeds=1), "regularizer", ["l2"]), "units", ["4"]
    )
    assert named(study, "regularizer") == [(0, "none"), (0, "l2")]


@pytest.mark.parametrize(
    ("changes", "name", "levels", "message"),
    [
        ({}, "activatio", ["relu"], '--only: got "activatio"; did you mean "activation"? Allowed: activation'),
        ({}, "activation", ["rel"], '--only activation: got "rel"; did you mean "relu"? Allowed: relu, tanh'),
        ({}, "activation", [""], '--only activation: got "". Allowed: relu, tanh'),
        ({}, "activation", ["relu", "relu"], "--only activation: got a level twice in relu, relu"),
        ({}, "epochs", ["2"], '--only: got "epochs". Allowed: activation'),
        (
            {"design": "random"},
            "activation",
            ["relu"],
            "--only: works with grid and one-factor designs, this one is random",
        ),
        (
            {"design": "leave-one-out", "factors": {}, "without": {"activation": "linear"}},
            "activation",
            ["relu"],
            "--only: works with grid and one-factor designs, this one is leave-one-out",
        ),
    ],
)
def test_only_misused(changes, name, levels, message):
    with pytest.raises(RequestError) as error:
        keep_levels(tiny(**changes), name, levels)
    assert str(error.value) == message


def test_labels_with_commas_are_told_apart() -> None:
    levels = ["a", "a,b", "b", "a, b(c, d)"]
    study = tiny(task={"name": "xor", "n": 60}, factors={"activation": ["relu"]})
    study = replace(study, factors={"mode": levels})
    assert labels_in(study, "mode", "a,b") == ["a,b"]
    assert labels_in(study, "mode", "b,a,b, a") == ["b", "a,b", "a"]
    assert labels_in(study, "mode", "a, b(c, d),b") == ["a, b(c, d)", "b"]
    assert labels_in(study, "mode", "c(d, e), f,") == ["c(d, e)", "f"]
    assert labels_in(study, "mode", "") == [""]
    assert labels_in(study, "none", "a,b") == ["a", "b"]
