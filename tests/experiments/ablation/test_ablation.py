"""Arms of a model: what they are, that they are what they say, and which requests are refused."""

import re

import keras
import numpy as np
import pandas as pd
import pytest

from experiments import Ablation
from experiments.errors import RequestError
from experiments.report.figures.figure import Drawn
from experiments.report.pages import study_page
from experiments.tasks import from_arrays
from tests.experiments.ablation.networks import WIDTH, X, Y, network
from tests.experiments.eager import eager_steps

MODEL = network()
PLUS = next(part.name for part in MODEL.operations if not isinstance(part, keras.Layer))  # `x + y`, as Keras names it
layers = keras.layers


def two_inputs():
    left, right = keras.Input((2,), name="left"), keras.Input((3,), name="right")
    joined = layers.Concatenate(name="both")([left, right])
    return keras.Model([left, right], layers.Dense(1, name="value")(joined))


def parameters(model):
    return {layer.name: layer.count_params() for layer in model.layers}


def test_every_kind_of_arm_is_what_it_says():
    ablation = (
        Ablation(MODEL)
        .without("norm")
        .without("join")
        .without(PLUS)
        .without("d")
        .without(layers.Dropout)
        .without("inner/a", "dropout", name="two")
        .without_inputs(2)
        .replace(activation=("gelu", "relu"))
        .drop_regularizers()
        .halve("a")
    )
    table = ablation.arms(repeats=0).set_index("arm")
    own = parameters(MODEL)
    whole = sum(own.values())
    assert list(table["parameters"]) == [
        whole,
        whole - own["norm"],
        whole - own["branch"] - own["norm"],  # the branch is lost with its merging
        whole - own["other"],
        whole,
        whole,
        whole - (8 * 6 + 6) + (8 - 6) * 6,  # b takes 8 features in place of 6
        whole,
        whole,
        whole,
        whole - (8 + 1 + 6) * 3,
    ]
    assert list(table.index) == [
        "intact", "without norm", "without join", f"without {PLUS}", "without d", "without every dropout",
        "without two", "without input 2", "relu for gelu", "without regularizers", "half a",
    ]  # fmt: skip
    assert list(table["factor"][1:]) == [
        "norm", "join", PLUS, "d", "every_dropout", "two", "input_2", "gelu_to_relu", "regularizers", "half_a",
    ]  # fmt: skip
    assert table.loc["half a", "weights"] == ("inner/a/kernel 8×6 → 8×3; inner/a/bias 6 → 3; inner/b/kernel 6×6 → 3×6")
    assert table.loc["without join", "lost"] == "branch, norm, act"
    assert table.loc[f"without {PLUS}", "weights"] == "no other/kernel 8×8; no other/bias 8"
    assert (table["bytes"] > 4 * whole / 2).all()


def test_a_layer_may_have_the_name_of_a_setting():
    assert list(Ablation(MODEL).without("dropout").arms(repeats=0)["factor"]) == ["", "dropout_layer"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda a: a.without("nrm"), 'without: got "nrm"; did you mean "norm"? Layers: scaled, hidden, .* and 3 more'),
        (lambda a: a.without("classes"), "without: classes gives the model's output; allowed are the layers before it"),
        (lambda a: a.without("idle"), "without: idle does nothing: its activation is linear"),
        (lambda a: a.without("table"), r'without: "table" is an input; \.without_inputs\("table"\) holds it'),
        (lambda a: a.without(3), "without: got 3, allowed is a layer's name, a pattern such as block_*, or a class"),
        (lambda a: a.without(), "without: got nothing, allowed are names, patterns or classes"),
        (lambda a: a.without(layers.LSTM), "without: the model has no LSTM; it has Activation, Add, "),
        (
            lambda a: a.without("hidden"),
            "without: removing hidden leaves 4 features and 8 features where join takes 8 features; "
            rf'\.without\("hidden", "join", "{PLUS}"\) works',
        ),
        (lambda a: a.without("norm").without("norm"), "without: without norm is there already, as without norm"),
        (lambda a: a.without("norm", name="b").without("d", name="b"), "there already, under this name; name= gives"),
        (lambda a: a.halve("norm"), "halve: norm is a BatchNormalization, which has no units or filters to halve"),
        (lambda a: a.halve("classes"), "halve: halving classes: the model's output would have 1 feature, not 2"),
        (lambda a: a.halve("branch"), "halve: halving branch leaves 8 features and 4 features where join takes 8"),
        (lambda a: a.replace(activation=("rellu", "tanh")), 'replace activation: got "rellu"; did you mean "relu"?'),
        (lambda a: a.replace(activation=("relu", "tanhh")), 'replace activation: got "tanhh"; did you mean "tanh"?'),
        (lambda a: a.replace(activation="relu"), "replace activation: got \"relu\", allowed is two names"),
        (lambda a: a.replace(activation=("relu", "relu")), "replace activation: got relu for relu, which changes"),
        (lambda a: a.replace(activation=("softmax", "relu")), 'got "softmax".* Allowed: gelu, linear, relu'),
        (lambda a: a.drop_regularizers("branch"), "drop_regularizers: there is none; Dropout and the like are layers"),
        (lambda a: a.without_inputs(7), "without_inputs: got 7, allowed is a place from 0 to 3"),
        (lambda a: a.without_inputs("table"), 'without_inputs: "table" is the only input; allowed are features of it'),
        (lambda a: a.without_inputs(0.5), "without_inputs: got 0.5, allowed is a column's place or name"),
        (lambda a: a.arms(repeats=-1), "repeats: got -1, allowed is a whole number of at least 0"),
        (lambda a: a.study((X, Y)), "study: there are no arms yet"),
        (lambda a: a.without("d").study((X, Y), factors={}), "study factors: given, but an ablation says that"),
        (lambda a: a.without_inputs("age").study((X, Y)), 'got "age", and x has no names of columns; allowed is'),
        (
            lambda a: a.without_inputs("agee").study((pd.DataFrame(X, columns=["age", "b", "c", "d"]), Y)),
            'got "agee"; did you mean "age"? Columns: age, b, c, d',
        ),
        (lambda a: a.without_inputs(0).study(), r"without_inputs: its means need data=\(x, y\), or a Task"),
    ],
)  # fmt: skip
def test_wrong_requests_have_one_message(wrong, told):
    with pytest.raises(RequestError) as raised:
        wrong(Ablation(MODEL))
    assert "\n" not in str(raised.value)
    assert re.search(told.replace("?", r"\?").replace("block_*", r"block_\*"), str(raised.value)), raised.value


def own_call():
    class Own(keras.Model):
        def call(self, x):
            return x

    return Own(name="own")


class OwnSequential(keras.Sequential):
    """It would be a plain model when it is made anew."""


class OwnLayers(keras.Model):
    """It makes its layers itself."""

    def __init__(self):
        inputs = keras.Input((2,))
        super().__init__(inputs, layers.Dense(1)(inputs))


def frozen():
    return keras.Sequential([keras.Input((2,)), layers.Dense(1, name="first", trainable=False)])


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("no/such.keras", "model: no/such.keras: no such file"),
        (3, 'model: got "int", allowed is a keras.Model, or the path of a .keras file'),
        (own_call(), "model: Own has a call of its own, which shows no layers"),
        (keras.Sequential([layers.Dense(1)], name="late"), "model: late is not built yet; begin it with keras.Input"),
        (OwnLayers(), "model: OwnLayers is a class that can't be made of inputs and outputs"),
        (OwnSequential([keras.Input((2,)), layers.Dense(1)]), "model: OwnSequential is a class that can't be made"),
        (frozen(), "model: first can't learn (trainable=False), and every arm starts from fresh weights"),
    ],
)
def test_models_that_show_no_layers(model, told):
    with pytest.raises(RequestError, match=re.escape(told)):
        Ablation(model)


def test_an_input_of_several_is_held_at_0():
    ablation = Ablation(two_inputs())
    with pytest.raises(RequestError, match='got "lef"; did you mean "left"'):
        ablation.without_inputs("lef")
    with pytest.raises(RequestError, match="got all inputs, left and right; allowed are some"):
        ablation.without_inputs("left", "right")
    ablation.without_inputs("left").without("both")
    assert list(ablation.arms(repeats=0)["weights"]) == ["", "", "value/kernel 5×1 → 2×1"]


def test_a_feature_is_held_at_its_training_mean():
    task = from_arrays(X, Y)
    frame = pd.DataFrame(X, columns=["age", "b", "c", "d"])
    built = []
    for data, feature in (((frame, Y), "c"), (task, 2), (task, -2)):
        build = Ablation(MODEL).without_inputs(feature, name="it").study(data, epochs=1).declared.objects["model"]
        built.append(build(seed=0, it=False))
    held = [model.get_layer("table_held") for model in built]
    drawn = task.draw(0)
    mean = X[drawn.train, 2].mean(dtype=np.float64)
    for layer in held:
        np.testing.assert_allclose(layer.scale, [1, 1, 0, 1])
        np.testing.assert_allclose(layer.offset, [0, 0, mean, 0], rtol=1e-6)
    other = X[:5].copy()
    other[:, 2] += 7
    np.testing.assert_array_equal(built[0].predict_on_batch(X[:5]), built[0].predict_on_batch(other))
    assert X.shape[1] == WIDTH


def test_a_file_becomes_a_study_and_a_page(tmp_path, monkeypatch):
    monkeypatch.setattr(study_page, "draw", lambda figure: Drawn("", "", b""))  # a third of the time, and no text
    small = keras.Sequential(
        [
            keras.Input((WIDTH,)),
            layers.Dense(8, "relu", name="hidden"),
            layers.Dropout(0.2, name="dropped"),
            layers.Dense(2, activation="softmax", name="classes"),
        ],
        name="small",
    )
    small.compile(keras.optimizers.SGD(0.05), "sparse_categorical_crossentropy", metrics=["accuracy"])
    small.save(tmp_path / "small.keras")
    ablation = Ablation(tmp_path / "small.keras").without("hidden").without_inputs(0)
    study = ablation.study((X, Y), seeds=3, epochs=2)
    assert study.declared.name == "small-ablation"
    assert study.declared.base["learning_rate"] == pytest.approx(0.05), "as the model is compiled"
    scores = {}
    with eager_steps():
        for engine in ("fused", "serial"):
            results = study.run(results=tmp_path / engine, engine=engine)
            scores[engine] = results.frame.sort_values("trial")["validation_loss"].to_numpy(float)
            assert list(results.frame["engine"]) == [engine] * 9
            assert sorted({*results.frame["parameters"]}) == [10, 58]
    np.testing.assert_allclose(scores["fused"], scores["serial"], rtol=1e-4)
    told = (results.report(tmp_path / "reports").parent / "report.md").read_text()
    assert "without hidden" in told
    assert "without input 0" in told
