"""The scores in a row are those of the model that is saved, as Keras works them out, whatever the model is.

`EQUALITY=all` tries every kind; otherwise one of each way of training.
"""

import os

import keras
import numpy as np
import pytest
from keras import ops

from experiments.tasks import Task, from_arrays
from experiments.train.fused.cell import Cells
from experiments.train.fused.plan import plan
from experiments.train.fused.trainer import Trainer
from tests.experiments.studies import tiny
from tests.experiments.train.fused.stacks import trained_serially

layers = keras.layers
Dense = layers.Dense
GENERATOR = np.random.default_rng(0)
X = GENERATOR.normal(size=(60, 4)).astype(np.float32)
Y = {"sigmoid": (X[:, 0] > 0).astype(int), "softmax": np.digitize(X[:, 1], [-0.5, 0.5]), "linear": X[:, :2] ** 2}
OUTPUTS = {"sigmoid": 1, "softmax": 3, "linear": 2}


@keras.saving.register_keras_serializable("tests")
class Classifier(keras.Model):
    """Noise in training alone, a state of its own, a loss of its own."""

    def __init__(self, **options):
        super().__init__(**options)
        self.dense, self.end = Dense(5, "relu"), Dense(1, "sigmoid")
        self.dropout = layers.Dropout(0.5, seed=1)
        self.calls = self.add_weight(shape=(), trainable=False, initializer="zeros", name="calls")

    def call(self, x, training=None):
        self.calls.assign_add(1.0)
        hidden = self.dropout(self.dense(x), training=training)
        self.add_loss(0.01 * ops.mean(ops.square(hidden)))
        return self.end(hidden)


@keras.saving.register_keras_serializable("tests")
class Doubled(keras.Model):
    """A step and a loss of its own around layers in a row."""

    def train_step(self, *data):
        return super().train_step(*data)

    def compute_loss(self, *given, **options):
        return 2 * super().compute_loss(*given, **options)


@keras.saving.register_keras_serializable("tests")
def squared(x):
    return ops.square(x)


def penalized():
    return net(Dense(3), layers.Activation("softmax", activity_regularizer="l2"))


def shared():
    inputs, layer = keras.Input((4,)), Dense(4, "relu")
    return keras.Model(inputs, Dense(3, "softmax")(layer(layer(inputs))))


def net(*some):
    return keras.Sequential([keras.Input((4,)), *some])


def functional(end, kind=keras.Model):
    inputs = keras.Input((4,))
    return kind(inputs, end(Dense(5, "tanh")(inputs)))


def mixed(**end):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        return net(Dense(5, "relu"), Dense(3, "softmax", **end))
    finally:
        keras.config.set_dtype_policy("float32")


def frozen():
    inner = net(Dense(5, "relu"), layers.BatchNormalization())
    inner.trainable = False
    return net(inner, Dense(3, "softmax"))


def frozen_in_a_row():
    model = net(Dense(5, "relu"), layers.BatchNormalization(), Dense(3, "softmax"))
    model.layers[0].trainable = model.layers[1].trainable = False
    return model


def adapted():
    model = net(Dense(5, "relu"), Dense(3, "softmax"))
    model.layers[0].enable_lora(2)
    return model


def held():
    hidden = Dense(5, "relu", kernel_regularizer="l2", activity_regularizer="l1", kernel_constraint="non_neg")
    return net(hidden, layers.Dropout(0.3, seed=3), Dense(3, "softmax"))


# name → (head, whether it stacks, model)
KINDS = {
    "sigmoid of ops": ("sigmoid", True, lambda: functional(lambda h: ops.sigmoid(Dense(1)(h)))),
    "a class of its own": ("sigmoid", False, Classifier),
    "mixed precision": ("softmax", False, lambda: mixed(dtype="float32")),
    "softmax": ("softmax", True, lambda: net(Dense(5, "relu"), Dense(3, "softmax"))),
    "raw scores": ("softmax", True, lambda: net(Dense(5, "relu"), Dense(3))),
    "nested softmax": ("softmax", False, lambda: net(net(Dense(5, "relu"), Dense(3, "softmax")))),
    "sigmoid reshaped": ("sigmoid", False, lambda: net(Dense(1, "sigmoid"), layers.Reshape((1,)))),
    "hard sigmoid": ("sigmoid", False, lambda: net(Dense(5), Dense(1, "hard_sigmoid"))),
    "float16 to the end": ("softmax", False, mixed),
    "a step of its own": ("softmax", False, lambda: functional(Dense(3, "softmax"), Doubled)),
    "frozen within": ("softmax", False, frozen),
    "frozen in a row": ("softmax", True, frozen_in_a_row),
    "LoRA": ("softmax", False, adapted),
    "regularized and constrained": ("softmax", True, held),
    "penalized at its end": ("softmax", False, penalized),
    "softmax of shared layers": ("softmax", False, shared),
    "values": ("linear", True, lambda: net(Dense(5, "tanh"), Dense(2))),
    "values by hand": ("linear", False, lambda: net(Dense(2), layers.Lambda(squared))),
}
TRIED = list(KINDS) if os.environ.get("EQUALITY") == "all" else list(KINDS)[:3]


def trained(name, engine):
    """The row of a trial, its task and data, and its model."""
    head, _, build = KINDS[name]
    study = tiny(factors={"learning_rate": [0.05]}, seeds=1, epochs=2)
    study.objects["model"] = lambda: build()  # noqa: PLW0108 (its options would be taken for settings)
    task: Task = from_arrays(X, Y[head], head=head)
    if head == "linear":
        study.base["loss"]["name"] = study.cells[0]["loss"]["name"] = "mean_squared_error"
    trial, data = study.trials[0], task.draw(0)
    if engine == "serial":
        outcome, model = trained_serially(study, trial, task, data)
    else:
        cells = Cells(study, task)
        ((chunk,), refused) = plan(study, [trial], cells)
        assert not refused
        trainer = Trainer(chunk, {(trial.cell, 0): trial}, cells, [data])
        (outcome,), model = trainer.run(), trainer.model(trial.cell, 0)
    return outcome.row, head, data, model


PAIRS = [(name, engine) for name in TRIED for engine in ("serial", "fused")[: 1 + KINDS[name][1]]]


@pytest.mark.parametrize(("name", "engine"), PAIRS)
def test_told_scores_are_those_of_the_saved_model(name, engine, tmp_path):
    row, head, data, model = trained(name, engine)
    assert row["status"] == "ok"
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=False)
    metrics = {
        "sigmoid": {"accuracy": "binary_accuracy", "cross_entropy": "binary_crossentropy"},
        "softmax": {
            "accuracy": "sparse_categorical_accuracy",
            "cross_entropy": keras.metrics.SparseCategoricalCrossentropy(),
        },
        "linear": {"mean_squared_error": "mse", "mean_absolute_error": "mae"},
    }[head]
    loss = "sparse_categorical_crossentropy" if head == "softmax" else "mse"  # `evaluate` wants one
    loaded.compile(loss=loss, metrics=list(metrics.values()), jit_compile=False)
    for part in ("validation", "test"):
        index = getattr(data, part)
        y = data.y[index]
        y = y[:, None].astype(np.float32) if head == "sigmoid" else y
        *_, first, second = loaded.evaluate(data.x[index], y, batch_size=100, verbose=0)
        for metric, found in zip(metrics, (first, second), strict=True):
            # XLA, which trains, rounds products in float16 otherwise than what evaluates here
            assert row[f"{part}_{metric}"] == pytest.approx(found, abs=1e-3 if "float16" in name else 1e-6)
