"""Small models drawn at random from Keras' layers, heads, forms of labels and losses, each with data to learn from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

layers, ops = keras.layers, keras.ops
EXAMPLES = 60

SHAPES = {"flat": (5,), "sequence": (6, 3), "image": (6, 6, 2), "words": (5,)}
# shape → blocks that keep or lower its rank, by name; a block is a list of layers made anew at each call
BLOCKS: dict[str, dict[str, Callable[[], list[Any]]]] = {
    "flat": {
        "dense-relu": lambda: [layers.Dense(6, "relu")],
        "dense-selu": lambda: [layers.Dense(5, "selu", kernel_regularizer=keras.regularizers.L2(1e-3))],
        "batch-norm": lambda: [layers.Dense(5), layers.BatchNormalization(), layers.ReLU()],
        "layer-norm": lambda: [layers.LayerNormalization(), layers.Dense(5, "tanh")],
        "dropout": lambda: [layers.Dense(6, "gelu"), layers.Dropout(0.3)],
        "noise": lambda: [layers.GaussianNoise(0.1), layers.Dense(4, "elu")],
        "leaky": lambda: [layers.Dense(6), layers.LeakyReLU(0.1)],
        "prelu": lambda: [layers.Dense(6), layers.PReLU()],
        "scaled": lambda: [layers.Rescaling(0.5, 0.1), layers.Dense(6, "sigmoid")],
        "sparse": lambda: [layers.Dense(6, "relu", activity_regularizer=keras.regularizers.L1(1e-3))],
        "frozen": lambda: [layers.Dense(6, "tanh", trainable=False)],
        "bounded": lambda: [layers.Dense(6, "relu", kernel_constraint=keras.constraints.MaxNorm(1.0))],
        "lambda": lambda: [layers.Dense(4), layers.Lambda(ops.tanh)],
        "nested": lambda: [keras.Sequential([layers.Dense(5, "relu"), layers.Dense(4, "tanh")])],
        "own-layer": lambda: [Scaled(), layers.Dense(5, "relu")],
    },
    "sequence": {
        "lstm": lambda: [layers.LSTM(4)],
        "gru": lambda: [layers.GRU(4)],
        "rnn": lambda: [layers.SimpleRNN(5, return_sequences=True), layers.GlobalAveragePooling1D()],
        "conv": lambda: [layers.Conv1D(4, 3, activation="relu"), layers.GlobalMaxPooling1D()],
        "both-ways": lambda: [layers.Bidirectional(layers.GRU(3))],
        "flattened": lambda: [layers.Flatten(), layers.Dense(6, "relu")],
        "by-step": lambda: [layers.TimeDistributed(layers.Dense(3, "relu")), layers.Flatten()],
    },
    "image": {
        "conv": lambda: [layers.Conv2D(3, 3, activation="relu"), layers.Flatten()],
        "pooled": lambda: [layers.Conv2D(3, 2, padding="same"), layers.MaxPooling2D(2), layers.Flatten()],
        "separable": lambda: [layers.SeparableConv2D(4, 3, activation="relu"), layers.GlobalAveragePooling2D()],
        "depthwise": lambda: [layers.DepthwiseConv2D(3, activation="relu"), layers.GlobalMaxPooling2D()],
        "normed": lambda: [
            layers.Conv2D(3, 3),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.Flatten(),
        ],
    },
    "words": {
        "embedded": lambda: [layers.Embedding(8, 4), layers.GlobalAveragePooling1D()],
        "embedded-rnn": lambda: [layers.Embedding(8, 4), layers.LSTM(3)],
        "masked": lambda: [layers.Embedding(8, 4, mask_zero=True), layers.GRU(3)],
    },
}
STYLES = ("sequential", "functional", "residual", "subclass", "own-step", "inner")
ENDS = {
    "softmax": ("activation", "layer", "softmax-layer", "ops", "nested", "raw"),
    "sigmoid": ("activation", "layer", "ops", "reshaped", "nested", "lambda", "raw"),
    "linear": ("raw",),
}
LABELS = {
    "softmax": ("whole", "one-hot", "column", "small"),
    "sigmoid": ("whole", "boolean", "fractions", "column"),
    "linear": ("one", "many", "column"),
}
LOSSES = {
    "softmax": ("cross_entropy", "sparse_cross_entropy", "mean_squared_error", "huber", "kl_divergence"),
    "sigmoid": ("cross_entropy", "mean_squared_error", "log_cosh"),
    "linear": ("mean_squared_error", "mean_absolute_error", "huber"),
}
COMPILED = {
    "softmax": ("sparse_categorical_crossentropy", "categorical_crossentropy", "mse"),
    "sigmoid": ("binary_crossentropy", "mse", "hinge"),
    "linear": ("mse", "mae", "huber"),
}
METRICS = {
    "softmax": ("accuracy", "top-k", "f1"),
    "sigmoid": ("accuracy", "auc", "precision", "strict-accuracy"),
    "linear": ("mae", "r2", "rmse"),
}


@keras.saving.register_keras_serializable(package="drawn")
class Scaled(layers.Layer):
    """A layer of a user's own: a trainable factor."""

    def build(self, shape):
        self.factor = self.add_weight(shape=(shape[-1],), initializer="ones")

    def call(self, x):
        return x * self.factor


@keras.saving.register_keras_serializable(package="drawn")
class Chain(keras.Model):
    """A subclassed model: layers one after the other."""

    def __init__(self, some, **options):
        super().__init__(**options)
        self.some = some

    def call(self, x, training=False):
        for layer in self.some:
            x = layer(x, training=training) if "training" in layer._call_signature.parameters else layer(x)
        return x

    def get_config(self):
        return {**super().get_config(), "some": [keras.saving.serialize_keras_object(layer) for layer in self.some]}

    @classmethod
    def from_config(cls, config):
        some = [keras.saving.deserialize_keras_object(config_of_layer) for config_of_layer in config.pop("some")]
        return cls(some, **config)


@keras.saving.register_keras_serializable(package="drawn")
class Halved(keras.Model):
    """A model with a loss of its own: half of what it is compiled with."""

    def compute_loss(self, *arguments, **named):
        return 0.5 * super().compute_loss(*arguments, **named)


@dataclass(frozen=True)
class Drawn:
    """A model, how it is to be trained, and its data.

    head, loss: as a study takes them. compiled, metric: a loss and a metric as `keras.Model.compile` has them, by name.
    """

    seed: int
    shape: str
    blocks: tuple[str, ...]
    style: str
    head: str
    end: str
    labels: str
    loss: str
    compiled: str
    metric: str
    x: np.ndarray
    y: np.ndarray

    def __str__(self) -> str:
        parts = "+".join(self.blocks)
        return (
            f"{self.seed}: {self.shape} {parts}, {self.style}, {self.head} by {self.end}, "
            f"{self.labels} labels, {self.loss} | {self.compiled}, {self.metric}"
        )

    @property
    def outputs(self) -> int:
        """How many numbers the model gives."""
        return {"softmax": 3, "sigmoid": 1, "linear": 2 if self.labels == "many" else 1}[self.head]

    @property
    def raw(self) -> bool:
        """Whether a classifier gives raw scores."""
        return self.head != "linear" and self.end == "raw"

    @property
    def end_is_hidden(self) -> bool:
        """Whether a sigmoid or softmax is called in a class, where a study doesn't see it."""
        return self.style == "subclass" and self.head != "linear" and not self.raw

    def build(self) -> keras.Model:
        """The model, not compiled."""
        some = [layer for name in self.blocks for layer in _block(self.shape, name)]
        some += _ends(self.head, self.end, self.outputs)
        shape = SHAPES[self.shape]
        if self.style == "subclass":
            model = Chain([_as_layer(layer) for layer in some])
            model(np.zeros((1, *shape), "float32"))
            return model
        if self.style == "sequential":
            return keras.Sequential([keras.Input(shape), *map(_as_layer, some)])
        inputs = keras.Input(shape)
        if self.style == "inner":
            return keras.Model(inputs, keras.Sequential([keras.Input(shape), *map(_as_layer, some)])(inputs))
        x = inputs
        for layer in some:
            before, x = x, layer(x)
            if self.style == "residual" and getattr(before, "shape", None) == x.shape and layer is not some[-1]:
                x = layers.Add()([before, x])
        return (Halved if self.style == "own-step" else keras.Model)(inputs, x)

    def keras_loss(self) -> Any:
        """What `compile` takes as its loss."""
        kinds = {
            "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy,
            "categorical_crossentropy": keras.losses.CategoricalCrossentropy,
            "binary_crossentropy": keras.losses.BinaryCrossentropy,
        }
        return kinds[self.compiled](from_logits=True) if self.raw and self.compiled in kinds else self.compiled

    def keras_metric(self) -> Any:
        """What `compile` takes as a metric, made anew."""
        kinds = keras.metrics
        return {
            "top-k": lambda: kinds.SparseTopKCategoricalAccuracy(2, name="told"),
            "f1": lambda: kinds.F1Score("macro", name="told"),
            "auc": lambda: kinds.AUC(name="told", from_logits=self.raw),
            "precision": lambda: kinds.Precision(name="told"),
            "strict-accuracy": lambda: kinds.BinaryAccuracy(name="told", threshold=0.7),
            "r2": lambda: kinds.R2Score(name="told"),
            "rmse": lambda: kinds.RootMeanSquaredError(name="told"),
        }.get(self.metric, lambda: self.metric)()

    def study_metric(self) -> Any:
        """The metric as a study takes it, of probabilities or values; None where it is one of a study's own."""
        if self.metric == "auc":
            return keras.metrics.AUC(name="told")
        return None if isinstance(made := self.keras_metric(), str) else made

    @property
    def keras_labels(self) -> np.ndarray:
        """The labels as the compiled loss and metric want them."""
        wants = self.compiled in ("categorical_crossentropy", "mse") or self.metric == "f1"
        y = self.y.argmax(1) if self.labels == "one-hot" else self.y
        return np.eye(3, dtype="float32")[y.reshape(-1)] if self.head == "softmax" and wants else y


def draw(seed: int) -> Drawn:
    """The model of a seed."""
    random = np.random.default_rng([20261127, seed])

    def one(of: Any) -> Any:
        return of[random.integers(len(of))]

    shape = one(("flat", "flat", "flat", "sequence", "image", "words"))
    blocks = (one(list(BLOCKS[shape])),)
    if random.random() < 0.6:
        blocks += ("flat/" + one(list(BLOCKS["flat"])),)
    head = one(("softmax", "sigmoid", "linear"))
    compiled, metric = one(COMPILED[head]), one(METRICS[head])
    if compiled == "sparse_categorical_crossentropy" and metric == "f1":
        metric = "accuracy"  # Keras has no F1 for labels that are whole numbers
    if metric == "top-k" and compiled != "sparse_categorical_crossentropy":
        metric = "accuracy"
    labels = one(LABELS[head])
    style = one(STYLES)
    x = _inputs(random, shape)
    if style == "subclass" and x.dtype == np.uint8:
        x = x.astype("float32")  # such a model has no input that casts, and Keras itself stops
    return Drawn(
        seed, shape, blocks, style, head, one(ENDS[head]), labels, one(LOSSES[head]), compiled, metric,
        x, _targets(random, x, head, labels),
    )  # fmt: skip


def _inputs(random: np.random.Generator, shape: str) -> np.ndarray:
    if shape == "words":
        return random.integers(0, 8, (EXAMPLES, *SHAPES[shape])).astype("int32")
    if shape == "image":
        return random.integers(0, 256, (EXAMPLES, *SHAPES[shape])).astype("uint8")
    return random.normal(size=(EXAMPLES, *SHAPES[shape])).astype(random.choice(["float32", "float64"]))


def _targets(random: np.random.Generator, x: np.ndarray, head: str, labels: str) -> np.ndarray:
    flat = x.reshape(len(x), -1).astype(float)
    hidden = flat / (np.abs(flat).max() + 1e-9) @ random.normal(size=(flat.shape[1], 3))
    hidden += 0.1 * random.normal(size=hidden.shape)
    if head == "linear":
        return {"one": hidden[:, 0], "many": hidden[:, :2], "column": hidden[:, :1]}[labels].astype("float32")
    if head == "softmax":
        whole = (hidden - hidden.mean(0)).argmax(1)
        made = {"one-hot": np.eye(3, dtype="float32")[whole], "column": whole[:, None], "small": whole.astype("int8")}
        return made.get(labels, whole)
    whole = (hidden[:, 0] > np.median(hidden[:, 0])).astype(int)
    made = {"boolean": whole.astype(bool), "fractions": whole.astype("float32"), "column": whole[:, None]}
    return made.get(labels, whole)


def _block(shape: str, name: str) -> list[Any]:
    own, _, of_flat = name.rpartition("/")
    return BLOCKS["flat"][of_flat]() if own else BLOCKS[shape][name]()


def _ends(head: str, end: str, outputs: int) -> list[Any]:
    function = ops.softmax if head == "softmax" else ops.sigmoid
    return {
        "raw": lambda: [layers.Dense(outputs)],
        "activation": lambda: [layers.Dense(outputs, head)],
        "layer": lambda: [layers.Dense(outputs), layers.Activation(head)],
        "softmax-layer": lambda: [layers.Dense(outputs), layers.Softmax()],
        "nested": lambda: [keras.Sequential([layers.Dense(4, "relu"), layers.Dense(outputs, head)])],
        "reshaped": lambda: [layers.Dense(outputs, head), layers.Reshape((outputs,))],
        "ops": lambda: [layers.Dense(outputs), function],
        "lambda": lambda: [layers.Dense(outputs), layers.Lambda(function)],
    }[end]()


def _as_layer(layer: Any) -> Any:
    """A function of `keras.ops` as a layer, where only layers fit."""
    return layer if isinstance(layer, layers.Layer) else layers.Activation(layer)
