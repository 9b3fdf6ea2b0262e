"""What a penalty does to a network: the same one trained with it and without, on handwritten digits."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import pandas as pd

from custom.callbacks.telemetry import near_zero_share, zero_share
from experiments.gallery.entry import Penalty
from experiments.gallery.penalties import RATE
from experiments.recipes.batches import Batches, examples
from experiments.study.seeds import stream
from experiments.study.types import KerasPart
from experiments.tasks import Data

UNITS, CLASSES = 32, 10
SEED, EPOCHS, BATCH_SIZE = 0, 40, 32
BINS = 41
NEAR = {"weights": 1e-3, "activations": 0.05}  # sizes below which something is near zero

MEASURES: dict[str, Callable[[np.ndarray, float], float]] = {
    "zeros": lambda values, near: zero_share(values),
    "near zeros": lambda values, near: near_zero_share(values, below=near),
    "largest": lambda values, near: float(np.abs(values).max()),
    "size": lambda values, near: float(np.abs(values).mean()),
    "mean": lambda values, near: float(values.mean()),
}


@dataclass(frozen=True)
class Trained:
    """A trained network: all weights of its kernels, the activations of its hidden layer on the held-out examples
    `[examples, units]`, and how many of those it reads right."""

    weights: np.ndarray
    activations: np.ndarray
    right: int

    def measure(self, name: str, kind: str) -> float:
        """A measure of weights or activations. Exact zeros are among those that are near zero."""
        return MEASURES[name](self.weights if kind == "weights" else self.activations, NEAR[kind])


@dataclass(frozen=True)
class Comparison:
    """A penalty, and the network without it and with it."""

    penalty: Penalty
    without: Trained
    with_it: Trained

    @property
    def histogram(self) -> pd.DataFrame:
        """`left, right, without, with_it`: shares of the weights, or of the units by their mean activation."""
        columns = [
            trained.weights if self.penalty.of == "weights" else trained.activations.mean(axis=0)
            for trained in self.both
        ]
        if self.penalty.of == "weights":
            reach = max(np.abs(column).max() for column in columns)
            edges = np.linspace(-reach, reach, BINS + 1)  # an odd number: 0 is amid a bin
        else:
            edges = np.linspace(0.0, max(column.max() for column in columns), BINS // 2 + 1)
        shares = [np.histogram(column, edges)[0] / len(column) for column in columns]
        return pd.DataFrame({"left": edges[:-1], "right": edges[1:], "without": shares[0], "with_it": shares[1]})

    @property
    def both(self) -> tuple[Trained, Trained]:
        """Without, and with."""
        return self.without, self.with_it


def network(activation: str, penalty: Penalty | None) -> keras.Model:
    """64-32-10, giving raw scores; its initial weights are the same whatever the penalty."""
    hidden: dict[str, KerasPart] = {}
    output: dict[str, KerasPart] = {}
    if penalty and penalty.where != "after":
        hidden[penalty.where] = penalty.make()
        if penalty.of == "weights":
            output[penalty.where] = penalty.make()
    return keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Dense(UNITS, activation, kernel_initializer=_initial(1), name="hidden", **hidden),
            *([penalty.make()] if penalty and penalty.where == "after" else []),
            keras.layers.Dense(CLASSES, kernel_initializer=_initial(2), **output),
        ]
    )


def _initial(position: int) -> keras.initializers.Initializer:
    return keras.initializers.GlorotUniform(seed=stream(SEED, position, "kernel"))


def train(data: Data, activation: str, penalty: Penalty | None = None, epochs: int = EPOCHS) -> Trained:
    """A network trained by plain gradient descent, in batches that are the same whatever the penalty."""
    model = network(activation, penalty)
    batches = Batches(data, SEED, BATCH_SIZE)
    model.compile(
        keras.optimizers.SGD(RATE),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        steps_per_execution=len(batches),
    )
    begin = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: batches.start(epoch))
    model.fit(batches, epochs=epochs, shuffle=False, verbose=0, callbacks=[begin])
    x, labels = examples(data, data.test)
    kernels = [layer.kernel for layer in model.layers if hasattr(layer, "kernel")]
    weights = np.concatenate([keras.ops.convert_to_numpy(kernel).ravel() for kernel in kernels])
    activations = keras.ops.convert_to_numpy(model.get_layer("hidden")(x))
    right = int((model.predict_on_batch(x).argmax(axis=1) == labels).sum())
    return Trained(weights, activations, right)


def comparisons(data: Data, penalties: tuple[Penalty, ...], epochs: int = EPOCHS) -> list[Comparison]:
    """Every penalty beside the network without one that has the same activation."""
    activations = {penalty.activation for penalty in penalties}
    plain = {activation: train(data, activation, epochs=epochs) for activation in activations}
    return [
        Comparison(penalty, plain[penalty.activation], train(data, penalty.activation, penalty, epochs))
        for penalty in penalties
    ]
