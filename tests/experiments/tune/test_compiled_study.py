"""What a study takes from a model that its function compiles, and what it refuses by name."""

import keras
import numpy as np
import pytest

from experiments import Study
from experiments.errors import RequestError
from tests.experiments.report.conftest import _nothing_drawn  # noqa: F401 (a fixture)

X = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
Y = (X[:, 0] > 0).astype(int)
SGD, COSINE = keras.optimizers.SGD, keras.optimizers.schedules.CosineDecay


def made(optimizer=lambda: "adam", loss="mse", end="softmax", **options):
    def build(outputs, width=2):
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(width), keras.layers.Dense(outputs, end)])
        model.compile(optimizer(), loss, **options)
        return model

    return build


def study(build, **settings):
    return Study(build=build, data=(X, Y), **({"factors": {"width": [2, 3]}} | settings)).declared


def own_loss(y, p):
    return keras.ops.mean(keras.ops.square(y - p), axis=-1)


class OwnSGD(SGD):
    pass


smooth = keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
sparse = keras.losses.SparseCategoricalCrossentropy


@pytest.mark.parametrize(
    ("build", "taken"),
    [
        (made(lambda: SGD(1e9)), {"learning_rate": 1e9, "optimizer": "sgd", "loss": "mean_squared_error"}),
        (made(lambda: SGD(0.1, momentum=0.5), "sparse_categorical_crossentropy"), {"optimizer": "sgd(momentum=0.5)"}),
        (
            made(lambda: SGD(0.1, clipnorm=1.0), smooth),
            {
                "optimizer": "keras.optimizers:SGD(clipnorm=1.0)",
                "loss": "keras.losses:CategoricalCrossentropy(label_smoothing=0.1)",
            },
        ),
        (made(lambda: OwnSGD(0.25)), {"learning_rate": 0.25, "optimizer": f"{__name__}:OwnSGD"}),
        (made(loss=own_loss), {"loss": f"{__name__}:own_loss", "optimizer": "adam", "learning_rate": 0.001}),
        (made(loss=["mse"]), {"loss": "mean_squared_error"}),
        (made(loss="kl_divergence"), {"loss": "keras.losses:kl_divergence"}),
        (made(loss=sparse(from_logits=True), end=None), {"loss": "sparse_cross_entropy"}),
    ],
)
def test_settings_are_those_of_the_compiled_model(build, taken, capsys):
    declared = study(build)
    labels = declared.labels(declared.base)
    assert {name: labels[name] for name in taken} == taken
    assert declared.compiled == ("learning_rate", "optimizer", "loss")
    said = capsys.readouterr().out
    assert "study: taken from the model as build compiles it: learning_rate" in said
    assert declared.describe()["compiled"] == list(declared.compiled)


def test_what_the_study_names_or_varies_wins():
    build = made(lambda: SGD(COSINE(0.1, 9)), "mse")
    assert study(build, optimizer="adam", loss="cross_entropy").compiled is None
    varied = study(made(lambda: SGD(0.5)), factors={"learning_rate": [0.1, 0.2]})
    assert varied.compiled == ("optimizer", "loss")
    assert varied.base["optimizer"]["name"] == "sgd"
    assert study(build, learning_rate=0.1).base["optimizer"]["name"] == "sgd"


@pytest.mark.parametrize(
    ("metrics", "names"),
    [
        (["accuracy"], ("accuracy", "cross_entropy")),
        ([keras.metrics.SparseCategoricalAccuracy()], ("accuracy", "cross_entropy")),
        ([keras.metrics.AUC(curve="PR", name="area"), "acc"], ("area", "accuracy")),
        ([], ("accuracy", "cross_entropy")),
    ],
)
def test_metrics_are_taken_where_the_task_has_others(metrics, names):
    assert study(made(metrics=metrics)).metrics == names
    assert study(made(metrics=metrics), metrics=["recall"]).metrics == ("recall",)


def test_nothing_is_taken_where_nothing_is_compiled_or_built(capsys):
    def fails(outputs, width):
        raise ValueError("no")

    for build in (lambda outputs, width: keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]), fails):
        assert study(build).compiled is None
    np.random.seed(3)
    study(made())
    assert np.random.randint(100) == 24  # the reader's own random numbers are as they were


def rated(outputs, rate):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(outputs, "softmax")])
    model.compile(SGD(rate), "mse")
    return model


@pytest.mark.parametrize(
    ("build", "settings", "message"),
    [
        (made(loss="binary_crossentropy"), {}, 'loss binary_crossentropy, which is for head="sigmoid"; the head is'),
        (made(loss="categorical_crossentropy", end=None), {}, "takes raw scores for probabilities"),
        (made(loss=sparse(from_logits=True)), {}, "gets probabilities, but has from_logits=True"),
        (made(loss=sparse(ignore_class=1)), {}, "options of sparse_categorical_crossentropy"),
        (made(loss=keras.losses.Poisson(reduction="sum")), {}, "a loss of reduction=sum, allowed is the mean"),
        (made(loss=lambda y, p: keras.ops.mean(p - y)), {}, "the loss <lambda>, which can't be named; name loss"),
        (made(loss_weights=[2.0]), {}, "compiles its model with loss_weights, which a study does not have"),
        (made(weighted_metrics=["acc"]), {}, "compiles its model with weighted_metrics"),
        (made(lambda: SGD(COSINE(0.1, 9))), {}, "the learning-rate schedule CosineDecay, over steps of its own"),
        (
            made(metrics=[own_loss]),
            {},
            "metrics that can't be taken, name metrics: .* own_loss is better is not clear",
        ),
        (rated, {"factors": {"rate": [0.1, 0.2]}}, "rated compiles its model with a different learning_rate"),
    ],
)
def test_what_can_not_be_taken_is_refused_by_name(build, settings, message):
    with pytest.raises(RequestError, match=message):
        study(build, **settings)


@pytest.mark.usefixtures("_nothing_drawn")
def test_the_run_and_its_page_say_so(tmp_path, capsys):
    settings = {"data": (X, Y), "factors": {"width": [2, 3]}, "seeds": 1, "epochs": 1}
    results = Study(build=made(lambda: SGD(0.5)), loss="cross_entropy", **settings).run(results=tmp_path)
    assert set(results.frame["optimizer"]) == {"sgd"}
    assert set(results.frame["learning_rate"]) == {"0.5"}
    assert "study: build compiles its model, but the study sets loss" in capsys.readouterr().out
    page = results.report(tmp_path / "reports").read_text()
    assert "compiles it with was taken from there: learning rate and optimizer." in page
