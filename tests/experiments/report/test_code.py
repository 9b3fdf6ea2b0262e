"""The recommended configuration as Keras code: it runs, and trains to the reported score."""

import keras
import numpy as np
import pytest

from experiments.notebook import Study
from experiments.report.code import keras_code
from experiments.report.findings import Findings
from experiments.report.results import read_results
from tests.custom.support import KERAS_COPIES

pytestmark = KERAS_COPIES
REGULARIZER = {"name": "elastic_net", "l1": 1e-4, "l2": 1e-4}


def run(code):
    """Run the code, quietly, and give the names that it leaves."""
    names = {}
    exec(
        code.replace("batch_size=", "verbose=0, batch_size=").replace(
            "return_dict=True", "return_dict=True, verbose=0"
        ),
        names,
    )
    return names


def test_it_trains_to_the_reported_score(tmp_path) -> None:
    study = Study(
        name="s", task={"name": "moons", "n": 300}, epochs=15, batch_size=16, learning_rate=0.02, seeds=4,
        model={"units": [8, 8], "dropout": 0.05}, loss={"name": "huber", "delta": 0.5},
        factors={"activation": ["hard_tanh", "tanh"], "regularizer": ["none", REGULARIZER]},
    )  # fmt: skip
    study.run(results=tmp_path, workers=1)
    findings = Findings(read_results(tmp_path / "s"))
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
    "best", [{"activation": "lab/own.py:swish"}, {"schedule": "cosine"}, {"loss": "package.module:focal(gamma=2.0)"}]
)
def test_of_parts_that_it_cannot_write_there_is_none(results, best) -> None:
    assert keras_code(changed(results, best)) == ""


def test_where_there_is_no_best_there_is_none(results) -> None:
    for name in ("all-diverged", "conditions", "empty"):
        assert keras_code(Findings(read_results(results / name))) == ""


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
    return Findings(read)
