"""The recommended configuration as Keras code: it runs, and trains to the reported score."""

import keras
import numpy as np
import pytest

from experiments.api import Study
from experiments.report.code.keras_code import keras_code
from experiments.report.page_findings import PageFindings
from experiments.report.sections.reading_order import sections
from experiments.results.results import read_results
from experiments.run import runner
from experiments.study import catalog
from experiments.train.executors.inline import Inline
from tests.custom.support import KERAS_COPIES
from tests.experiments.report.code.declared import findings_of, run, study_of
from tests.experiments.report.found import found_in

pytestmark = KERAS_COPIES
REGULARIZER = {"name": "elastic_net", "l1": 1e-4, "l2": 1e-4}


def test_it_trains_to_the_reported_score(tmp_path) -> None:
    study = Study(
        name="s", task={"name": "moons", "n": 300}, epochs=15, batch_size=16, learning_rate=0.02, seeds=4,
        model={"units": [8, 8], "dropout": 0.05}, loss={"name": "huber", "delta": 0.5},
        factors={"activation": ["hard_tanh", "tanh"], "regularizer": ["none", REGULARIZER]},
    )  # fmt: skip
    runner.run(study.declared, tmp_path, Inline(), say=lambda line: None)
    findings = PageFindings(read_results(tmp_path / "s"))
    code = keras_code(findings)
    compile(code, "pasted", "exec")
    keras.utils.set_random_seed(0)
    names = run(code)
    x, y, test = names["x"], names["y"], names["test"]
    score = names["model"].evaluate(x[test], y[test], return_dict=True, verbose=0)["accuracy"]
    spread = findings.trials.query("cell == @findings.best.cell")["test_accuracy"]
    assert abs(score - spread.mean()) <= 4 * spread.std() + 0.05


@pytest.mark.parametrize(
    ("best", "said"),
    [
        ({"activation": "elu(alpha=0.5)"}, "keras.layers.ELU(alpha=0.5)"),
        ({"activation": "hard_tanh"}, "from custom.layers import HardTanh"),
        ({"regularizer": "l2(l2=0.01)"}, "kernel_regularizer=keras.regularizers.L2(l2=0.01)"),
        ({"regularizer": "dropout(rate=0.3)"}, "keras.layers.Dropout(0.3)"),
        ({"regularizer": "sparsity"}, "activity_regularizer=KLSparsity(target=0.05, weight=0.001)"),
        ({"loss": "sparse_cross_entropy"}, "keras.losses.SparseCategoricalCrossentropy()"),
        ({"loss": "earth_mover(exponent=1)"}, "EarthMover(exponent=1)"),
        ({"optimizer": "sgd(momentum=0.9)"}, "keras.optimizers.SGD(learning_rate=0.003, momentum=0.9, nesterov=False)"),
        ({"optimizer": "moving_average_momentum"}, "MovingAverageMomentum(learning_rate=0.003, beta=0.9)"),
        ({"batch_normalization": "true"}, "keras.layers.BatchNormalization()"),
        ({"initializer": "he_normal"}, 'kernel_initializer="he_normal"'),
        ({"patience": "3"}, "keras.callbacks.EarlyStopping(patience=3)"),
        ({"keep_epoch": "best"}, 'EarlyStopping("val_accuracy", mode="max", patience='),
    ],
)
def test_every_part_is_written_out_and_builds(results, best, said) -> None:
    code = keras_code(changed(results, best))
    assert said in code
    names = {}
    exec(code[: code.index("model.fit(")], names)
    assert names["model"].output_shape == (None, 10)
    assert np.isfinite(names["model"](names["x"][:3])).all()


@pytest.mark.parametrize(
    ("best", "said"),
    [
        (
            {"activation": "lab/own.py:swish"},
            "from own import swish  # your own: its folder must be on Python's path: lab/own.py\n",
        ),
        ({"activation": "lab.own:Swish(beta=2.0)"}, "        Swish(beta=2.0),"),
        ({"activation": "lab.own:swish(beta=2.0)"}, "keras.layers.Activation(partial(swish, beta=2.0))"),
        ({"loss": "lab.own:focal"}, "    loss=focal,"),
        ({"loss": "lab.own:loss(kind=soft, sizes=[1, 2])"}, "loss=partial(own_loss, kind='soft', sizes=[1, 2])"),
        ({"optimizer": "lab.own:Lion"}, "    optimizer=Lion(learning_rate=0.003),"),
        ({"schedule": "lab.own:slow(to=None)"}, "rate = slow(0.003, steps, to=None)\n"),
        (
            {"activation": "lab.own:swish", "loss": "lab.own:focal"},
            "import keras\nfrom experiments.tasks.load import load\nfrom lab.own import focal, swish  # your own: ",
        ),
        ({"schedule": "step(drops=3)"}, "ExponentialDecay(0.003, max(1.0, steps / 4), 0.1, staircase=True)"),
        ({"regularizer": "lab.own:Cubic"}, "keras.layers.Dense(64, kernel_regularizer=Cubic())"),
        ({"learning_rate": "1"}, "learning_rate=1.0"),
    ],
)
def test_own_parts_are_imported(results, best, said) -> None:
    code = keras_code(changed(results, best))
    assert said in code
    compile(code, "pasted", "exec")


@pytest.mark.parametrize(
    "best",
    [
        {"activation": "relu-6"}, {"activation": "lab/own-parts.py:swish"}, {"activation": "lab.own:if"},
        {"loss": "huber(delta=-1)"}, {"units": "64-wide"}, {"epochs": "none"}, {"wings": "2"},
        {"loss": "lab.own:focal(a b=1)"}, {"optimizer": "lab.own:fit", "schedule": "lab.other:fit"},
    ],
)  # fmt: skip
def test_of_what_can_not_be_read_there_is_none(results, best) -> None:
    assert keras_code(changed(results, best)) == ""


def test_where_there_is_no_best_there_is_none(results) -> None:
    for name in ("all-diverged", "conditions", "empty"):
        assert keras_code(found_in(results / name)) == ""


def test_of_models_and_tasks_that_go_by_no_name_there_is_none() -> None:
    study = study_of(task={"name": "moons"})
    for other in ({"task": "arrays"}, {"model": "build"}, {"model": "lab.own:build"}):
        described = study.describe() | other
        assert keras_code(findings_of(study, study=described)) == ""
    assert keras_code(findings_of(study, head=None)) == ""


OWN = "tests.experiments.report.code.own_parts:images"


def test_under_each_condition_there_is_code_of_its_own() -> None:
    study = study_of(
        task={"name": "outliers", "n": 60},
        model={"units": [2]},
        factors={"loss": ["huber", "log_cosh"], "share": [0.0, 0.2]},
    )
    codes = [keras_code(part) for part in findings_of(study).parts]
    for code, share in zip(codes, ("0", "0.2"), strict=True):
        assert code.startswith(f"# huber, with share {share}\n")
        assert f"'share': {float(share)}" in code
        run(code)


@pytest.mark.parametrize(("shares", "pieces"), [([0.0, 0.1, 0.2], 3), ([0.0, 0.1, 0.2, 0.3, 0.4], 0)])
def test_the_page_has_the_code_of_a_few_conditions(shares, pieces) -> None:
    study = study_of(task={"name": "outliers"}, factors={"loss": ["huber", "log_cosh"], "share": shares})
    found = {section.name: section for section in sections(findings_of(study), [])}
    assert len(found["code"].code if pieces else ()) == pieces
    assert ("code" in found) == bool(pieces)


@pytest.mark.parametrize(
    ("kind", "manifest", "there"),
    [
        ("mlp", {}, True),
        ("mlp", {"data": {}}, True),
        ("gru", {}, True),
        ("cnn", {"data": {}}, False),
        ("cnn", {"data": {"input_shape": [5]}}, False),
        ("cnn", {"data": {"input_shape": [2, 2, 2]}}, True),
    ],
)
def test_a_kind_that_depends_on_the_shape_has_code_where_it_is_told(kind, manifest, there) -> None:
    code = keras_code(findings_of(study_of(task={"name": OWN}, model={"kind": kind}), **manifest))
    assert bool(code) == there


def test_where_a_setting_of_ones_own_task_varies_its_shape_is_not_told() -> None:
    factors = {"side": [4, 6], "activation": ["relu", "tanh"]}
    study = study_of(task={"name": OWN}, model={"kind": "cnn"}, factors=factors)
    assert [keras_code(part) for part in findings_of(study).parts] == ["", ""]
    flat = findings_of(study_of(task={"name": OWN}, factors=factors)).parts
    assert all("keras.layers.Flatten()" in keras_code(part) for part in flat)


@pytest.mark.parametrize("given", ["a-b", "8", "true", ""])
def test_text_that_may_be_something_else_is_not_guessed(given) -> None:
    study = study_of(task={"name": OWN})
    described = study.describe()
    described["settings"]["n"] = given
    assert keras_code(findings_of(study, study=described)) == ""


def test_settings_of_ones_own_task_are_as_they_were_given() -> None:
    study = study_of(task={"name": OWN, "n": 60})
    described = study.describe()
    described["settings"]["side"] = "data/wide.csv"
    code = keras_code(findings_of(study, study=described))
    assert f"# your own task, looked for from where this runs: {OWN}\ntask = load(" in code
    assert "'n': 60, 'side': 'data/wide.csv'})\n" in code


def changed(results, best):
    """The findings of the planted grid, had its settings been others."""
    read = read_results(results / "planted")
    read.manifest["head"] = "softmax"
    for name, level in best.items():
        read.study.settings[name] = level
        if name in read.study.factors:
            read.trials[name] = level
            read.study.factors[name] = (level,)
            read.study.baseline[name] = level
    return PageFindings(read)


def test_of_a_recipe_that_trains_in_its_own_way_there_is_none(results, monkeypatch) -> None:
    monkeypatch.setitem(catalog.RECIPES, catalog.SUPERVISED, catalog.RecipePart("own:Recipe", plain_keras=False))
    assert keras_code(changed(results, {"activation": "tanh"})) == ""
