"""What a model's class overrides is called, or refused by name, in both trainers."""

import re

import keras
import numpy as np
import pytest
from keras import ops

from experiments.recipes.supervised.head import Head
from experiments.recipes.supervised.overrides import compile_as_asked, overridden
from experiments.train import serial
from experiments.train.fused.template import Template
from tests.experiments.studies import classes, tiny

Dense = keras.layers.Dense
X = np.zeros((4, 4), np.float32)


class Everything(keras.Model):
    """Overrides what a trainer calls, and counts the calls."""

    def __init__(self, **options):
        super().__init__(**options)
        self.dense = Dense(3, activation="softmax")
        self.seen = set()

    def call(self, x, training=None):
        self.seen.add(f"call {training}")
        self.add_loss(0.25 * ops.sum(ops.square(self.dense.kernel)) if self.dense.built else ops.zeros(()))
        return self.dense(x)

    def compile(self, optimizer, loss, **options):
        self.seen.add("compile")
        super().compile(optimizer=optimizer, loss=loss, jit_compile=False, **options)

    def fit(self, *given, **options):
        self.seen.add("fit")
        return super().fit(*given, **options)

    def compute_loss(self, *given, **options):
        self.seen.add("compute_loss")
        return 2 * super().compute_loss(*given, **options)

    def train_step(self, *data):
        self.seen.add("train_step")
        return super().train_step(*data)

    def test_step(self, *data):
        self.seen.add("test_step")
        return super().test_step(*data)

    def predict_step(self, *data):
        self.seen.add("predict_step")
        return super().predict_step(*data)


def with_model(build):
    """A study of one cell whose model is built by a function."""
    study = tiny(factors={"learning_rate": [0.0001]}, seeds=1, epochs=1)
    study.objects["model"] = build
    return study


def test_a_trial_is_trained_by_the_class_of_its_model():
    task, data = classes()
    study = with_model(lambda: Everything())  # noqa: PLW0108 (its options would be taken for settings)
    outcome, model = serial.train(study, study.trials[0], task, data)
    wanted = {"call True", "call False", "compile", "fit", "compute_loss", "train_step", "test_step", "predict_step"}
    assert type(model) is Everything
    assert model.seen >= wanted
    # the loss is its own: twice that of the study, with the penalty of its call
    p = model.predict(data.x[data.validation], verbose=0).astype(float)
    entropy = -np.mean(np.log(p[np.arange(len(p)), data.y[data.validation]]))
    penalty = 0.25 * np.sum(np.square(ops.convert_to_numpy(model.dense.kernel)))
    assert outcome.row["validation_loss"] == pytest.approx(2 * (entropy + penalty), rel=1e-5)
    # the scores are those of the model that is saved
    assert outcome.row["validation_cross_entropy"] == pytest.approx(entropy, abs=1e-6)
    assert outcome.row["validation_accuracy"] == np.mean(p.argmax(axis=1) == data.y[data.validation])


class Deaf(keras.Model):
    """A fit that calls nobody."""

    def fit(self, *given, **options):
        return None


class Greedy(keras.Model):
    """Compiled with an optimizer of its own."""

    def compile(self, optimizer, loss):
        super().compile(optimizer=keras.optimizers.SGD(1.0), loss=loss)


class Peculiar(keras.Model):
    """Compiled in another way."""

    def compile(self, one, other):
        super().compile()


def of(kind):
    inputs = keras.Input((4,))
    return kind(inputs, Dense(3)(inputs))


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (Deaf, "the class Deaf overrides fit, and it does not call the callbacks given to it"),
        (Greedy, "the class Greedy overrides compile, and it does not keep the study's optimizer"),
        (Peculiar, r"the class Peculiar overrides compile, and it does not take \(optimizer=…, loss=…\)"),
    ],
)
def test_what_leaves_the_study_out_is_refused(kind, message):
    task, data = classes()
    study = with_model(lambda: of(kind))
    with pytest.raises(ValueError, match=message):
        serial.train(study, study.trials[0], task, data)


def patched():
    model = of(keras.Model)
    model.train_step = lambda *data: {"loss": 0.0}
    return model


def frozen():
    model = of(keras.Model)
    model.trainable = False
    return model


def mixed():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        return keras.Sequential([keras.Input((4,)), Dense(8), Dense(3, dtype="float32")])
    finally:
        keras.config.set_dtype_policy("float32")


def adapted():
    model = keras.Sequential([keras.Input((4,)), Dense(8), Dense(3)])
    model.layers[0].enable_lora(2)
    return model


def extended():
    model = of(keras.Model)
    model.more = Dense(2)
    model.more.build((None, 4))
    return model


def repaired():
    model = keras.Sequential([keras.Input((4,)), Dense(8), Dense(3)])
    model.layers[0].call = lambda x: x
    return model


@pytest.mark.parametrize(
    ("build", "why"),
    [
        (lambda: of(Greedy), "its class Greedy overrides compile"),
        (Everything, "its class Everything overrides call, compile, compute_loss, fit, predict_step, test_step, train"),
        (patched, "its class Functional overrides train_step"),
        (frozen, "the model as a whole is frozen"),
        (mixed, "its precision is mixed_float16"),
        (extended, "it has weights that its layers do not"),
        (adapted, "LoRA"),
        (repaired, "call is not that of its class"),
        (
            lambda: keras.Sequential([keras.Input((4,)), keras.Sequential([keras.Input((4,)), Dense(3)])]),
            r"\(Sequential\) has no stacking rule",
        ),
        (
            lambda: keras.Sequential([keras.Input((4,)), Dense(3, "softmax"), keras.layers.Reshape((3,))]),
            r"its end does not show raw scores: reshape.* \(Reshape\)",
        ),
    ],
)
def test_the_fused_trainer_leaves_it_to_the_serial_one_and_says_why(build, why):
    head = Head(build(), "softmax", 3)
    refuses = Template(head).refuses
    assert re.search(why, refuses)


def test_weights_frozen_one_by_one_do_not_share_a_stack():
    def template(name):
        model = of(keras.Model)
        getattr(model.layers[-1], name).trainable = False
        return Template(Head(model, "softmax", 3))

    assert template("kernel").refuses is None
    assert template("kernel").structure != template("bias").structure


def test_losses_are_scaled_where_keras_scales_them():
    raw = Head(mixed(), "softmax", 3).raw
    compile_as_asked(raw, keras.optimizers.SGD(), keras.losses.MeanSquaredError(), 1)
    assert isinstance(raw.optimizer, keras.optimizers.LossScaleOptimizer)


def test_how_a_class_is_made_and_saved_changes_nothing():
    class Plain(keras.Sequential):
        def __init__(self, **options):
            super().__init__([keras.Input((4,)), Dense(3)], **options)

        def get_config(self):
            return {}

    assert overridden(Plain()) == []
    assert Template(Head(Plain(), "softmax", 3)).refuses is None
