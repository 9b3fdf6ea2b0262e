"""The code of every model kind runs, and builds the model that the project builds for that cell."""

import keras
import pytest

from experiments.models.build import build
from experiments.models.well import well
from experiments.report.code.keras_code import keras_code
from experiments.report.code.kinds import KINDS
from experiments.report.code.names import Names
from experiments.study import catalog
from tests.custom.support import KERAS_COPIES
from tests.experiments.eager import _steps_of_keras_at_once  # noqa: F401 (a fixture)
from tests.experiments.report.code.declared import findings_of, run, study_of, task_of

pytestmark = [KERAS_COPIES, pytest.mark.usefixtures("_steps_of_keras_at_once")]
OWN = "tests.experiments.report.code.own_parts"
BLOBS = {"name": "blobs", "n": 60}
IMAGES = f"{OWN}:images"
STUDIES = {
    "plain": {"task": BLOBS, "model": {"units": [3], "depth": 2, "input_noise": 0.5}},
    "flattened": {"task": {"name": IMAGES}, "model": {"units": [3, 2], "initializer": "he_normal"}},
    "everything": {
        "task": BLOBS, "loss": {"name": "earth_mover", "exponent": 1}, "patience": 2,
        "optimizer": {"name": "sgd", "momentum": 0.5, "global_clipnorm": 1.0},
        "model": {
            "units": [4, 3], "activation": {"name": "elu", "alpha": 0.5}, "batch_normalization": True, "dropout": 0.25,
            "regularizer": {"name": "sparsity", "weight": 0.01}, "initializer": "lecun_uniform",
        },
    },
    "dropout": {
        "task": {"name": "sine", "n": 60}, "loss": "log_cosh",
        "model": {"units": [3], "dropout": 0.1, "regularizer": {"name": "dropout", "rate": 0.3}},
    },
    "cnn": {
        "task": {"name": IMAGES, "side": 6}, "loss": "sparse_cross_entropy", "learning_rate": 1.0,
        "factors": {"epochs": [1]},
        "model": {
            "kind": "cnn", "filters": [2, 3], "units": [4], "batch_normalization": True, "dropout": 0.2,
            "regularizer": {"name": "l2", "l2": 0.01}, "activation": {"name": "hard_tanh", "max_value": 2.0},
        },
    },
    "cnn-of-rows": {
        "task": {"name": "digits"}, "batch_size": 512, "schedule": "step",
        "model": {"kind": "cnn", "filters": [1], "pool_size": 1, "units": [], "regularizer": "sparsity"},
    },
    "rnn": {
        "task": {"name": "digits"}, "batch_size": 512, "loss": {"name": "huber", "delta": 0.5},
        "schedule": {"name": "exponential", "end": 0.1}, "model": {"kind": "rnn", "units": [2, 2], "dropout": 0.2},
    },
    "lstm": {
        "task": {"name": IMAGES}, "schedule": {"name": "linear", "end": 0.1},
        "model": {
            "kind": "lstm", "units": [3], "activation": {"name": "leaky_relu", "negative_slope": 0.1},
            "regularizer": "elastic_net", "initializer": "glorot_normal",
        },
    },
    "gru": {
        "task": {"name": IMAGES}, "schedule": {"name": "cosine", "warmup": 0.5, "end": 0.1},
        "model": {"kind": "gru", "units": [3, 2], "regularizer": "sparsity"},
    },
    "autoencoder": {
        "task": {"name": "reconstruct_digits"}, "batch_size": 512, "loss": {"name": "huber", "delta": 0.5},
        "model": {
            "kind": "autoencoder", "units": [5], "bottleneck": 2, "dropout": 0.1, "regularizer": "sparsity",
            "input_noise": 0.5,
        },
    },
    "linear": {"task": {"name": "sine", "n": 60}, "model": {"kind": "linear", "regularizer": "l1"}},
    "linear-of-images": {
        "task": {"name": IMAGES},
        "model": {"kind": "linear", "bias": False, "dropout": 0.25, "regularizer": "sparsity"},
    },
    "wasserstein": {"task": {"name": "xor", "n": 60}, "loss": "wasserstein", "model": {"units": [3]}},
    "hinge": {"task": {"name": "and_gate", "n": 60}, "loss": "hinge", "model": {"units": [3]}},
    "binary": {
        "task": {"name": "xor", "n": 60}, "label_noise": 0.25, "train_size": 20, "schedule": "cosine",
        "model": {"units": [3]},
    },
    "own": {
        "task": BLOBS, "loss": {"name": f"{OWN}:focal", "gamma": 2.0}, "optimizer": {"name": f"{OWN}:Slow"},
        "schedule": {"name": f"{OWN}:halved", "to": 0.25},
        "model": {
            "units": [3], "activation": {"name": f"{OWN}:swish", "beta": 2.0},
            "regularizer": {"name": f"{OWN}:Cubic", "strength": 0.2},
        },
    },
    "own-class": {"task": BLOBS, "model": {"units": [3], "activation": {"name": f"{OWN}:Steep", "slope": 3.0}}},
    "own-in-a-recurrent": {
        "task": {"name": IMAGES}, "model": {"kind": "gru", "units": [2], "activation": {"name": f"{OWN}:swish"}},
    },
    "drawn": {
        "task": BLOBS, "design": "random", "trials": 1, "model": {"units": [3]},
        "factors": {
            "loss": [{"name": "huber", "delta": {"min": 0.1, "max": 2.0}}],
            "regularizer": [{"name": "l1", "l1": {"min": 1e-4, "max": 1e-2}}],
        },
    },
}  # fmt: skip


LINEAR = ("linear", None)


def computed(model):
    """What a model computes, layer by layer: classes, settings that matter, shapes of weights."""
    found = []
    for layer in model.layers:
        told = {"class": type(layer).__name__, "weights": [tuple(weight.shape) for weight in layer.weights]}
        for name in ("kernel_initializer", "recurrent_initializer"):
            told[name] = type(getattr(layer, name, None)).__name__
        for name in ("kernel_regularizer", "activity_regularizer"):
            one = getattr(layer, name, None)
            told[name] = one and (type(one).__name__, one.get_config())
        for name in ("rate", "stddev", "pool_size", "padding", "kernel_size", "target_shape", "return_sequences",
                     "alpha", "slope", "min_value", "max_value"):  # fmt: skip
            told[name] = getattr(layer, name, None)
        activation = getattr(layer, "activation", None)
        own = told | {"activation": activation_of(activation)}
        # a Dense layer with its activation is one without, and the activation
        if isinstance(layer, keras.layers.Dense) and activation is not keras.activations.linear:
            nothing = dict.fromkeys(own) | {"class": "Activation", "weights": [], "activation": own["activation"]}
            found += [own | {"activation": LINEAR}, nothing]
        elif isinstance(layer, keras.layers.Activation):
            found.append(own | {name: None for name in ("kernel_initializer", "recurrent_initializer")})
        else:
            found.append(own)
    last = found[-1]
    return found[:-1] if last["class"] == "Activation" and last["activation"] == LINEAR else found


def activation_of(activation):
    """An activation as text that two equal ones share."""
    if isinstance(activation, keras.layers.Layer):
        config = activation.get_config()
        return type(activation).__name__, {key: value for key, value in config.items() if key not in ("name", "dtype")}
    function = getattr(activation, "func", activation)
    return getattr(function, "__name__", None), getattr(activation, "keywords", None)


def test_every_kind_is_written() -> None:
    plain = [name for name, recipe in catalog.RECIPES.items() if recipe.plain_keras]
    assert set(KINDS) == {kind for name in plain for kind in catalog.fitting_models(name)}


def test_the_code_of_a_single_weight_gives_what_the_model_gives() -> None:
    lines = KINDS["well"]({"start": 0.5}, (1,), "linear", Names())
    written = keras.Sequential([keras.Input((1,)), *(eval(line, {"keras": keras}) for line in lines)])
    model = well((1,), 1, "linear")
    written.set_weights(model.get_weights())
    x = [[-2.0], [0.5]]
    assert (
        written.predict(keras.ops.array(x), verbose=0).tolist() == model.predict(keras.ops.array(x), verbose=0).tolist()
    )


@pytest.mark.parametrize("name", STUDIES)
def test_the_code_builds_and_trains_the_model_of_the_cell(name, capsys) -> None:
    study = study_of(**STUDIES[name])
    code = keras_code(findings_of(study))
    names = run(code)
    expected, found = build(study, study.trials[0], task_of(study)), names["model"]
    assert found.count_params() == expected.count_params()
    ours, theirs = computed(expected), computed(found)
    assert [layer["class"] for layer in theirs] == [layer["class"] for layer in ours]
    for their_layer, other in zip(theirs, ours, strict=True):
        assert their_layer == other
    assert "loss" in capsys.readouterr().out
