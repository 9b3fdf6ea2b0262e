"""What a compiled model is to a stack: its loss and metrics as Keras has them, or a reason, before anything trains."""

import keras
import numpy as np
import pytest

from experiments.errors import RequestError
from experiments.tune.compiled_model import CannotStack, Compiled, check, read_compiled, targets
from tests.custom.support import KERAS_COPIES

pytestmark = KERAS_COPIES
GENERATOR = np.random.default_rng(0)
X = GENERATOR.normal(size=(32, 3)).astype("float32")
CLASSES, BITS, VALUES = GENERATOR.integers(0, 3, 32), GENERATOR.integers(0, 2, 32), GENERATOR.normal(size=(32, 1))
losses, metrics = keras.losses, keras.metrics


class Own(keras.Sequential):
    """A class of one's own, which overrides nothing."""


class OwnCompile(keras.Sequential):
    """Compiles in its own way."""

    def compile(self, *arguments, **options):
        super().compile("adam", "mse")


def model(outputs=1, last=None, loss="mse", kind=keras.Sequential, optimizer="sgd", **options):
    made = kind([keras.Input((3,)), keras.layers.Dense(outputs, last, name="out")])
    made.compile(optimizer, loss, **options)
    return made


def with_own_step():
    made = model()
    made.train_step = lambda data: {"loss": 0.0}
    return made


def with_own_loss():
    made = model()
    made.compute_loss = lambda *arguments, **options: 0.0
    return made


@pytest.mark.parametrize("loss", [["mse"], {"out": "mse"}, {"out": ["mse"]}, losses.MeanSquaredError()])
def test_a_loss_for_the_one_output_is_that_loss(loss):
    layers = model()
    made = keras.Model(layers.inputs, layers.outputs)  # a Sequential names no outputs
    made.compile("sgd", loss, metrics={"out": ["mae"]})
    form = read_compiled(made)
    assert form == Compiled("linear", 1, {"name": "mean_squared_error"}, {"mae": "mean_absolute_error"})
    check(made, form, X, VALUES)


SPARSE, BINARY = "sparse_categorical_crossentropy", "binary_crossentropy"


@pytest.mark.parametrize(
    ("outputs", "last", "loss", "metric", "y"),
    [
        (3, "softmax", SPARSE, "accuracy", CLASSES),
        (3, "softmax", SPARSE, "acc", CLASSES[:, None]),
        (3, None, losses.SparseCategoricalCrossentropy(from_logits=True), "accuracy", CLASSES),
        (3, "softmax", "categorical_crossentropy", "accuracy", np.eye(3)[CLASSES]),
        (1, "sigmoid", BINARY, "accuracy", BITS),
        (1, "sigmoid", BINARY, metrics.BinaryAccuracy("hits"), BITS[:, None]),
        (1, None, losses.BinaryCrossentropy(from_logits=True), metrics.BinaryAccuracy("hits", threshold=0.0), BITS),
        (1, "sigmoid", "mse", "accuracy", BITS),
        (1, None, "mae", "mse", VALUES),
        (1, None, "mae", "mse", VALUES[:, 0]),
    ],
)
def test_what_a_stack_computes_is_what_keras_computes(outputs, last, loss, metric, y):
    made = model(outputs, last, loss, metrics=[metric])
    made.layers[-1].kernel_regularizer = keras.regularizers.L2(0.1)
    check(made, read_compiled(made), X, y)


RAW = losses.BinaryCrossentropy(from_logits=True)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: model(kind=Own), "Own is a model class of its own"),
        (lambda: model(kind=OwnCompile), "OwnCompile is a model class of its own"),
        (with_own_step, "the model has a train_step of its own"),
        (with_own_loss, "the model has a compute_loss of its own"),
        (lambda: model(run_eagerly=True), "compile's run_eagerly"),
        (lambda: model(loss_weights=[2.0]), "compile's loss_weights"),
        (lambda: model(weighted_metrics=["mae"]), "compile's weighted_metrics"),
        (lambda: model(loss=["mse", "mae"]), "compile's loss for more than one output"),
        (lambda: model(loss={"other": "mse"}), "compile's loss for more than one output, or for another one"),
        (lambda: model(loss="no_such_loss"), "the loss no_such_loss, which Keras does not know"),
        (lambda: model(3, "softmax", "crossentropy"), "the loss crossentropy, whose kind depends on the labels"),
        (lambda: model(loss="huber"), "the loss huber has no fused form"),
        (lambda: model(loss=RAW, metrics=["accuracy"]), "the metric accuracy counts above 0.5 of a raw score"),
        (lambda: model(loss=RAW, metrics=[metrics.BinaryAccuracy()]), "binary_accuracy counts above 0.5 of a raw"),
        (
            lambda: model(1, "sigmoid", BINARY, metrics=[metrics.BinaryAccuracy(threshold=0.3)]),
            "binary_accuracy counts above 0.3 of a probability",
        ),
        (lambda: model(1, "sigmoid", BINARY, metrics=[metrics.AUC(name="auc")]), "the metric auc has no fused form"),
        (lambda: model(1, "sigmoid", RAW), "the loss cross_entropy and the model's last activation"),
    ],
)
def test_what_a_stack_does_not_compute_is_told(make, why):
    with pytest.raises(CannotStack, match=why):
        read_compiled(make())


def test_what_only_numbers_show_is_told():
    loss = losses.MeanSquaredError()
    loss.fn = losses.mean_absolute_error
    made = model(loss=loss)
    with pytest.raises(CannotStack, match=r"loss is .* in Keras and .* in a stack, on the same examples"):
        check(made, read_compiled(made), X, VALUES)


@pytest.mark.parametrize(
    ("outputs", "y", "told"),
    [
        (3, [1, 2, 3], "labels: got 3, expected whole numbers from 0 to 2: the model has 3 outputs"),
        (3, [-1, 0, 1], "labels: got -1, expected whole numbers from 0 to 2"),
        (2, [0, 2, 0], "labels: got 2, expected whole numbers from 0 to 1"),
        (3, [0.0, 0.5, 1.5], "labels: got 0.5, expected whole numbers from 0 to 2"),
        (3, [0.0, np.nan, 1.0], "labels: got nan, expected whole numbers from 0 to 2"),
        (3, ["cat", "dog", "cat"], "labels: got 'cat', expected numbers"),
    ],
)
def test_labels_out_of_range_are_refused_by_name(outputs, y, told):
    with pytest.raises(RequestError, match=told.replace("(", r"\(")):
        targets(np.array(y), Compiled("softmax", outputs, {"name": "sparse_cross_entropy"}))
    kept = targets(np.array([0, 1, 0]), Compiled("softmax", outputs, {"name": "sparse_cross_entropy"}))
    assert kept.tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("head", "outputs", "y"),
    [
        ("sigmoid", 1, [0.0, 0.5]),  # a share is a target that Keras takes
        ("sigmoid", 1, [-1, 1]),
        ("sigmoid", 2, [[0, 1], [1, 1]]),
        ("linear", 3, [[1.0], [2.0]]),
        ("linear", 4, [[[1.0, 2.0], [1.0, 2.0]]]),
        ("softmax", 2, [[0.5, 0.5], [1.0, 0.0]]),
    ],
)
def test_labels_without_a_fused_form_are_left_to_keras(head, outputs, y):
    with pytest.raises(CannotStack):
        targets(np.array(y), Compiled(head, outputs, {"name": "cross_entropy"}))
