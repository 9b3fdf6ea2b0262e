"""Tables of studies: every mistake is one line with its field, what was given, what is allowed, the nearest match."""

import copy

import pytest

from experiments.errors import RequestError
from experiments.study import catalog, study_file, study_table
from experiments.study.differences import find_differences
from tests.experiments.studies import tiny
from tests.experiments.study.right_file import changed

ONE_MISTAKE = {
    "misspelt task": (('"xor"', '"xorr"'), '2: task: got "xorr"; did you mean "xor"? Allowed: digits, mnist,'),
    "task of another type": (('"xor"', "3"), "2: task: got 3, allowed is a name or a table"),
    "task without a name": (('"xor"', "{ n = 60 }"), "2: task: got { n = 60 }, allowed is a name or a table"),
    "misspelt task setting": (
        ('"xor"', '{ name = "xor", noize = 0.1 }'),
        '2: task xor: got "noize"; did you mean "noise"? Allowed: n, noise',
    ),
    "task setting out of range": (('"xor"', '{ name = "xor", n = 3 }'), "2: task xor n: got 3, allowed is 20 or more"),
    "misspelt key": (("epochs = 2", "epoch = 2"), '3: key epoch: got "epoch"; did you mean "epochs"? Allowed: name,'),
    "misspelt table": (("[model]", "[modle]"), '6: key modle: got "modle"; did you mean "model"? Allowed: name,'),
    "name with a slash": (('"right"', '"a/b"'), '1: name: got "a/b", allowed is letters, digits, dots, dashes'),
    "name reserved": (('"right"', '"claims"'), '1: name: got "claims", which is reserved'),
    "name of the gallery": (('"right"', '"gallery"'), '1: name: got "gallery", which is reserved'),
    "question empty": (('"right"', '"right"\nquestion = ""'), '2: question: got "", allowed is text that is not empty'),
    "negative epochs": (("epochs = 2", "epochs = -1"), "3: epochs: got -1, allowed is 1 or more"),
    "no epochs": (("epochs = 2", "epochs = 0"), "3: epochs: got 0, allowed is 1 or more"),
    "epochs as text": (("epochs = 2", 'epochs = "2"'), '3: epochs: got "2", allowed is a whole number'),
    "epochs as a date": (("epochs = 2", "epochs = 2020-01-01"), "3: epochs: got 2020-01-01, allowed is a whole number"),
    "half a batch": (("epochs = 2", "batch_size = 0.5"), "3: batch_size: got 0.5, allowed is a whole number"),
    "infinite rate": (("epochs = 2", "learning_rate = inf"), "3: learning_rate: got inf, allowed is a finite number"),
    "no seeds": (("seeds = 2", "seeds = 0"), "4: seeds: got 0, allowed is 1 or more"),
    "looks that fall": (
        ("seeds = 2", "looks = [20, 10, 40]"),
        "4: looks: got [20, 10, 40], allowed is three rising numbers of seeds from 2 on, such as [10, 20, 40]",
    ),
    "two looks": (("seeds = 2", "looks = [10, 20]"), "4: looks: got [10, 20], allowed is three rising numbers"),
    "looks beside seeds": (
        ("seeds = 2", "seeds = 2\nlooks = [2, 4, 8]"),
        "5: looks: given beside seeds, allowed is one of them",
    ),
    "one tuning seed": (("seeds = 2", "tuning_seeds = 1"), "4: tuning_seeds: got 1, allowed is 2 or more"),
    "tuning seeds beside a list": (
        ("seeds = 2", "seeds = [3, 4]\ntuning_seeds = 5"),
        "4: seeds: got [3, 4], allowed is a count: with tuning_seeds, seeds that compare are fresh ones",
    ),
    "tuning seeds beside looks": (
        ("seeds = 2", "looks = [2, 4, 8]\ntuning_seeds = 5"),
        "5: tuning_seeds: given beside looks, allowed is one of them",
    ),
    "tuning seeds of draws": (
        ("seeds = 2", 'tuning_seeds = 5\ndesign = "random"'),
        "4: tuning_seeds: the design is random, which compares nothing",
    ),
    "rates to add without rates": (
        ("seeds = 2", "extend_rates = 2"),
        "4: extend_rates: it needs a grid with 3 learning rates or more among its factors",
    ),
    "a seed twice": (
        ("seeds = 2", "seeds = [1, 1]"),
        "4: seeds: got [1, 1], allowed is a count, or a list of distinct",
    ),
    "misspelt design": (
        ("seeds = 2", 'design = "gird"'),
        "4: design: got \"gird\", allowed is 'grid', 'one-factor', 'leave-one-out' or 'random'; did you mean \"grid\"?",
    ),
    "misspelt loss": (("seeds = 2", 'loss = "hubber"'), '4: loss: got "hubber"; did you mean "huber"? Allowed: cross_'),
    "loss setting out of range": (
        ("seeds = 2", 'loss = { name = "huber", delta = -1.0 }'),
        "4: loss huber delta: got -1.0, allowed is above 0",
    ),
    "loss that does not fit": (
        ("seeds = 2", 'loss = "earth_mover"'),
        '4: loss: got "earth_mover", which does not fit a sigmoid head. Fitting: cross_entropy, mean_squared_error, '
        "mean_absolute_error, huber, log_cosh, hinge, wasserstein",
    ),
    "loss level that does not fit": (
        ("learning_rate = [0.1, 0.01]", 'loss = ["huber", "kl_divergence"]'),
        '11: factors loss: got "kl_divergence", which does not fit a sigmoid head. Fitting: ',
    ),
    "misspelt optimizer": (("seeds = 2", 'optimizer = "adm"'), '4: optimizer: got "adm"; did you mean "adam"? Allowed'),
    "misspelt model kind": (
        ("units = [4]", 'kind = "mpl"'),
        '7: model kind: got "mpl"; did you mean "mlp"? Allowed: mlp, cnn, rnn, lstm, gru, autoencoder,',
    ),
    "model kind of another type": (("units = [4]", "kind = 3"), "7: model kind: got 3, allowed is a name"),
    "misspelt model setting": (
        ("units = [4]", "unitts = [4]"),
        '7: model unitts: got "unitts"; did you mean "units"? Allowed: kind, units, activation,',
    ),
    "units empty": (("units = [4]", "units = []"), "7: units: got [], allowed is a list of 1 or more"),
    "no unit": (("units = [4]", "units = [4, 0]"), "7: units: got 0, allowed is 1 or more"),
    "model of another type": (
        ("\n[model]\nunits = [4]\n", "model = 3\n"),
        "5: model: got 3, allowed is a table",
    ),
    "misspelt activation": (
        ('["relu", "tanh"]', '["rellu", "tanh"]'),
        '10: factors activation: got "rellu"; did you mean "relu"? Allowed: linear, relu,',
    ),
    "level of another type": (("[0.1, 0.01]", '[0.1, "0.01"]'), '11: factors learning_rate: got "0.01", allowed is a'),
    "level out of range": (("[0.1, 0.01]", "[0.1, 0.0]"), "11: factors learning_rate: got 0.0, allowed is above 0"),
    "factor empty": (
        ("[0.1, 0.01]", "[]"),
        "11: factors learning_rate: got [], allowed is a list of one level or more",
    ),
    "factor that is no list": (("[0.1, 0.01]", "0.1"), "11: factors learning_rate: got 0.1, allowed is a list of one"),
    "level twice": (("[0.1, 0.01]", "[1, 1.0]"), "11: factors learning_rate: got a level twice in [1, 1.0]"),
    "named level twice": (
        ('["relu", "tanh"]', '["tanh", { name = "tanh" }]'),
        '10: factors activation: got a level twice in ["tanh", { name = "tanh" }]',
    ),
    "range in a grid": (("[0.1, 0.01]", "{ min = 0.1, max = 1.0 }"), "11: factors learning_rate: got { min = 0.1, max"),
    "misspelt factor": (
        ("learning_rate =", "learning_rat ="),
        '11: factors learning_rat: got "learning_rat"; did you mean "learning_rate"? Allowed: units,',
    ),
    "task as a factor": (("learning_rate = [0.1, 0.01]", 'task = ["xor"]'), '11: factors task: got "task". Allowed: '),
    "no factors": (
        ('[factors]\nactivation = ["relu", "tanh"]\nlearning_rate = [0.1, 0.01]\n', ""),
        "factors: got none, allowed is a table [factors] with a list of levels for each factor",
    ),
    "factors of another type": (
        ('[factors]\nactivation = ["relu", "tanh"]\nlearning_rate = [0.1, 0.01]\n', "[[factors]]\n"),
        "factors: got [{  }], allowed is a table",
    ),
    "baseline that is no level": (
        ('activation = "tanh"', 'activation = "sigmoid"'),
        '14: baseline activation: got "sigmoid". Allowed: relu, tanh',
    ),
    "baseline misspelt": (
        ('activation = "tanh"', 'activation = "tnah"'),
        '14: baseline activation: got "tnah"; did you mean "tanh"? Allowed: linear,',
    ),
    "baseline of no setting": (
        ('activation = "tanh"', 'activatio = "tanh"'),
        '14: baseline activatio: got "activatio"; did you mean "activation"? Allowed: units,',
    ),
    "module that is not there": (
        ('"xor"', '"no_such_module:task"'),
        "2: task: \"no_such_module:task\" can't be imported: No module named 'no_such_module'",
    ),
    "file that is not there": (
        ("units = [4]", 'kind = "nets.py:net"'),
        '7: model kind: "nets.py:net" can\'t be imported: no file ',
    ),
    "attribute that is not there": (
        ('["relu", "tanh"]', '["parts.py:actt", "tanh"]'),
        '10: factors activation: "parts.py:actt": parts.py has no "actt"; did you mean "act"?',
    ),
    "model that is no function": (
        ("units = [4]", 'kind = "parts.py:number"'),
        "7: model kind: parts.py:number is a int, allowed is a function that builds a model",
    ),
    "task that is no task": (('"xor"', '"parts.py:number"'), "2: task: parts.py:number gave a int, allowed is an exp"),
}


@pytest.mark.parametrize(("replacement", "message"), ONE_MISTAKE.values(), ids=ONE_MISTAKE)
def test_one_mistake_is_one_line_with_its_place(messages, replacement, message):
    (line,) = messages(changed(replacement))
    assert line.startswith(message)


RANDOM = 'task = "xor"\ndesign = "random"\ntrials = 3\n[factors]\n'


LEAVE = 'task = "xor"\ndesign = "leave-one-out"\n[without]\n'


OWN = 'task = "xor"\n[model]\nkind = "parts.py:{}"\n[factors]\n'


OTHER_DESIGNS = {
    "no trials": (RANDOM.replace("3", "0") + "epochs = [1, 2]", "3: trials: got 0, allowed is 1 or more"),
    "sample seed below zero": (
        "sample_seed = -1\n" + RANDOM + "epochs = [1, 2]",
        "1: sample_seed: got -1, allowed is 0 or more",
    ),
    "nothing left out": (
        LEAVE,
        "3: without: got nothing, a leave-one-out design needs [without]: factors and their off levels",
    ),
    "left out what is not there": (
        LEAVE + 'activation = "linear"\nregularizer = "none"',
        '5: without regularizer: got "none", which is the baseline itself: nothing is removed',
    ),
    "off level misspelt": (
        LEAVE + 'activation = "linar"',
        '4: without activation: got "linar"; did you mean "linear"?',
    ),
    "off level of no setting": (LEAVE + "dropuot = 0.0", '4: without dropuot: got "dropuot"; did you mean "dropout"?'),
    "a slot that the user's function lacks": (
        OWN.format("net") + 'regularizer = ["none", "l2", "dropout"]',
        '5: factors regularizer: got "dropout", but the function parts.py:net has no argument dropout. '
        "Fitting: none, l1, l2, elastic_net",
    ),
    "no slot in the user's function": (
        OWN.format("plain_net") + 'regularizer = ["none", "l2"]',
        '5: factors regularizer: got "regularizer". Allowed: loss, learning_rate,',
    ),
    "a setting of the user's named as a column": (
        OWN.format("hides") + "status = [1, 2]",
        "5: status: a setting can't have this name, results have a column of that name",
    ),
    "a setting of both task and model": (
        OWN.format("n") + "epochs = [1, 2]",
        "n: both the task and the model have a setting of that name; rename one",
    ),
    "a level that no row can hold": (
        OWN.format("net") + "width = [2020-01-01]",
        "5: factors width: got 2020-01-01, allowed is text, a number, true, false, or a list or table of them",
    ),
    "an empty file": ("", "factors: got none, allowed is a table [factors]"),
}


@pytest.mark.parametrize(("text", "message"), OTHER_DESIGNS.values(), ids=OTHER_DESIGNS)
def test_mistakes_of_other_designs_and_of_users_parts(messages, text, message):
    (line,) = messages(text)
    assert line.startswith(message)


def test_all_mistakes_of_a_file_are_shown_at_once(messages):
    lines = messages(
        changed(
            ("epochs = 2", "epochs = -1\nlearnin_rate = 3"),
            ("seeds = 2", 'seeds = 0\nloss = "hubber"'),
            ("units = [4]", "unitts = [4]"),
            ('["relu", "tanh"]', '["rellu", "tanh"]'),
            ("learning_rate = [0.1, 0.01]", "learning_rat = [0.1]\nregularizer = []\nbatch_size = [8, 8]"),
            ('activation = "tanh"', 'activation = "tnah"'),
        )
    )
    assert sorted(int(line.split(":")[0]) for line in lines) == [3, 4, 5, 6, 9, 12, 13, 14, 15, 18]
    assert len(lines) == len(set(lines)) == 10


def test_several_wrong_keys_are_shown_at_once(messages):
    lines = messages('naem = "a"\nquestion = ""\ndesign = "gird"\ntrials = 0\n[factor]\n[baselin]\n')
    assert [line.split(": got")[0] for line in lines] == [
        "2: question", "3: design", "4: trials", "1: key naem", "5: key factor", "6: key baselin",
    ]  # fmt: skip


def test_levels_of_two_kinds_of_mistake_are_shown_at_once(messages):
    lines = messages(
        OWN.format("net")
        + 'regularizer = ["sparsity", "dropout"]\nloss = ["kl_divergence", "hinge"]\nactivation = ["relu"]\n'
    )
    assert len(lines) == 1  # the user's function has no activation; what the levels mean is checked after that
    lines = messages(OWN.format("net") + 'regularizer = ["sparsity", "dropout"]\nloss = ["kl_divergence", "hinge"]')
    assert [line.split(", ")[0] for line in lines] == [
        '6: factors loss: got "kl_divergence"',
        '5: factors regularizer: got "sparsity"',
        '5: factors regularizer: got "dropout"',
    ]


def test_the_default_loss_follows_the_head():
    for task, loss in (("digits", "cross_entropy"), ("xor", "cross_entropy"), ("sine", "mean_squared_error")):
        study = study_table.read({"name": "s", "task": task, "factors": {"epochs": [1]}})
        assert study.base["loss"] == {"name": loss}


@pytest.mark.parametrize(
    ("setting", "levels"),
    [
        ("activation", ["relu", {"name": "elu", "alpha": 0.5}]),
        ("loss", ["huber", {"name": "huber", "delta": 0.5}]),
        ("regularizer", list(catalog.REGULARIZERS)),
        ("optimizer", ["adam", {"name": "sgd", "nesterov": True, "momentum": 0.9}]),
        ("learning_rate", [1, 0.1]),
        ("batch_size", [1, 1000]),
        ("epochs", [1, 2]),
        ("units", [[4], [4, 4], 8]),
        ("dropout", [0, 0.5]),
        ("batch_normalization", [True, False]),
        ("initializer", ["he_normal", "glorot_uniform"]),
        ("n", [100, 200]),
        ("noise", [0.0, 0.5]),
    ],
)
def test_every_setting_can_be_a_factor(setting, levels):
    study = study_table.read({"name": "s", "task": "xor", "factors": {setting: levels}})
    assert len({trial.cell for trial in study.trials}) == len(levels)


def test_the_table_that_is_read_is_left_as_it_is():
    table = {"name": "s", "task": {"name": "xor", "n": 60}, "model": {"kind": "mlp"}, "factors": {"epochs": [1]}}
    before = copy.deepcopy(table)
    assert study_table.read(table) == study_table.read(table)
    wrong = table | {"factors": {"epochs": [1], "epoks": [2]}}
    for _ in range(2):
        with pytest.raises(RequestError, match="epoks"):
            study_table.read(wrong)
    assert table == before


def test_only_the_parts_that_a_study_uses_are_digested(folder):
    (folder / "s.toml").write_text(
        'task = "xor"\n[factors]\nactivation = ["parts.py:act", { name = "parts.py:act", k = 3 }, "relu"]\n'
    )
    study = study_file.load("s.toml")
    assert list(study.sources) == ["parts.py:act"]
    assert [trial.parts["sources"] for trial in study.trials[:3]] == [study.sources, study.sources, {}]
    assert [study.labels(cell)["activation"] for cell in study.cells] == ["parts.py:act", "parts.py:act(k=3)", "relu"]


def test_objects_stand_in_for_names():
    def net(input_shape, width=4):
        """A user's function."""

    objects = {"model": net, "sources": {"net": "0123"}}
    study = study_table.read({"name": "s", "task": "xor", "factors": {"width": [1, 2]}}, objects=objects)
    assert (study.model, study.sources) == ("net", {"net": "0123"})
    assert study.trials[0].parts["sources"] == {"net": "0123"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"without": {"activation": "linear"}}, 'without: given, but the design is "grid"'),
        ({"trials": 5}, 'trials: given, but the design is "grid"; only "random" uses it'),
        ({"design": "leave-one-out", "without": {"activation": "linear"}}, "factors: given, but the design"),
    ],
)
def test_what_the_design_would_pass_over_is_refused(changes, message):
    from tests.experiments.studies import tiny

    with pytest.raises(RequestError, match=message):
        tiny(**changes)


HUGE = {
    "seeds": {"seeds": 10**9},
    "seeds beyond 64 bits": {"seeds": 2**63},
    "a seed": {"seeds": [0, 2**63]},
    "seeds that cannot be written": {"seeds": 10**5000},
    "looks": {"looks": [2, 4, 10**12]},
    "draws": {"design": "random", "trials": 2**63, "factors": {"learning_rate": {"min": 0.1, "max": 1}}},
    "a sample seed": {"design": "random", "sample_seed": 2**64, "factors": {"learning_rate": {"min": 0.1, "max": 1}}},
    "cells": {"factors": {name: list(range(1, 200)) for name in ("epochs", "batch_size", "patience", "units")}},
    "cells by seeds": {"seeds": 10**6, "factors": {"epochs": [1, 2]}},
    "epochs": {"epochs": 2**40},
    "units": {"model": {"units": [2**31]}},
    "a salt": {"salt": 2**63},
    "rates beyond": {"extend_rates": 10**6, "factors": {"learning_rate": [0.1, 0.2, 0.3]}},
    "a range": {"design": "random", "factors": {"units": {"min": 1, "max": 2**70}}},
    "a wide range": {"design": "random", "factors": {"learning_rate": {"min": 1e-300, "max": float("inf")}}},
}


@pytest.mark.parametrize("change", HUGE.values(), ids=HUGE)
def test_what_is_too_much_is_refused_in_one_line(change):
    with pytest.raises(RequestError) as caught:
        tiny(**({"seeds": None} if "looks" in change else {}), **change)
    assert "allowed" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_metrics_of_keras_and_of_the_users_own():
    table = {"name": "s", "task": "xor", "factors": {"activation": ["relu"]}}
    metrics = ["f1_score", {"name": "auc", "curve": "PR", "as": "area"}, {"name": "math:fabs", "direction": "min"}]
    study = study_table.read(table | {"metrics": metrics})
    assert (study.metrics, study.primary, study.direction) == (("f1_score", "area", "fabs"), "f1_score", "max")
    assert study.fixed["metrics"]["area"] == {
        "target": "keras.metrics:AUC",
        "curve": "PR",
        "direction": "max",
        "unit": "bounded",
    }
    assert "math:fabs" in study.sources
    usual = study_table.read(table)
    assert "metrics" not in usual.fixed | usual.describe()
    assert usual.trials[0].id == study.trials[0].id
    assert list(find_differences(study, usual.fixed))
    assert list(find_differences(usual, study.fixed))
    with pytest.raises(RequestError, match="metrics: whether more or less of math:fabs"):
        study_table.read(table | {"metrics": "math:fabs"})
