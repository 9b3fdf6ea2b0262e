"""The grids of the ladder, as studies; and a cell of one as anybody would write it in Keras."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.study.study import Study
from experiments.study.study_table import read
from experiments.study.trial import Trial

ACTIVATIONS = ["relu", "tanh", "sigmoid", "hard_tanh"]
LOSSES = ["cross_entropy", "mean_squared_error", {"name": "huber", "delta": 0.5}, "log_cosh"]
REGULARIZERS = [
    "none",
    {"name": "l1", "l1": 1e-4},
    {"name": "l2", "l2": 1e-4},
    {"name": "elastic_net", "l1": 5e-5, "l2": 5e-5},
]
GRID = {
    "activation": ACTIVATIONS,
    "loss": LOSSES,
    "regularizer": REGULARIZERS,
    "learning_rate": [1e-3, 3e-3, 1e-2],
}
TOY = {
    "activation": ["relu", "tanh"],
    "loss": ["cross_entropy", "mean_squared_error"],
    "regularizer": ["none", *({"name": "l2", "l2": strength} for strength in (1e-5, 1e-4, 1e-3, 1e-2))],
    "learning_rate": [1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 1e-1],
}


SMALL = {
    "activation": ["tanh", "relu"],
    "loss": ["cross_entropy", "mean_squared_error"],
    "regularizer": ["none", {"name": "l2", "l2": 1e-4}],
    "learning_rate": [1e-3, 3e-3, 1e-2],
}
WIDE = {"activation": ["relu", "tanh"], "learning_rate": [3e-4, 1e-3]}
_IMAGES = {"name": "mnist", "train_size": 3840, "validation_size": 1000}


@dataclass(frozen=True)
class Case:
    """A grid on a task: `units` of the hidden layers, and how many trials the slow contenders are tried on."""

    name: str
    task: dict[str, Any]
    model: dict[str, Any]
    batch_size: int
    epochs: int
    factors: dict[str, list[Any]]
    seeds: int
    sample: int

    @property
    def units(self) -> list[int]:
        """Of the hidden layers of a multilayer perceptron."""
        return self.model["units"]

    @property
    def study(self) -> Study:
        """The grid as a study."""
        table = {
            "name": self.name,
            "task": self.task,
            "model": self.model,
            "factors": self.factors,
            "batch_size": self.batch_size,
            "epochs": self.epochs,
            "seeds": self.seeds,
        }
        return read(table)

    def sampled(self, count: int, draw: int) -> list[Trial]:
        """Some trials, drawn at random; all of them where `count` is 0."""
        trials = self.study.trials
        if not count:
            return trials
        order = np.random.default_rng(draw).permutation(len(trials))
        return [trials[at] for at in order[:count]]


CASES = {
    case.name: case
    for case in (
        Case("digits", {"name": "digits"}, {"units": [64, 64]}, 32, 20, GRID, 5, 3),
        Case("mnist", {"name": "mnist", "train_size": 12800}, {"units": [128, 128]}, 128, 5, GRID, 5, 3),
        Case("rnn", _IMAGES, {"kind": "rnn", "units": [32]}, 32, 3, SMALL, 4, 2),
        Case("lstm", _IMAGES, {"kind": "lstm", "units": [32]}, 32, 3, SMALL, 4, 2),
        Case("cnn", _IMAGES, {"kind": "cnn", "filters": [16, 32]}, 32, 3, SMALL, 4, 2),
        Case("wide", {"name": "mnist", "train_size": 12800}, {"units": [2048, 2048]}, 256, 2, WIDE, 2, 2),
        Case("toy", {"name": "moons", "n": 640}, {"units": [16, 16]}, 32, 20, TOY, 10, 3),
    )
}


def draw_data(case: Case, trial: Trial) -> Any:
    """A trial's data, x scaled to float32: (training x, y), (validation x, y), (test x, y)."""
    from experiments.tasks.load import load

    data = load(case.task).draw(trial.seed)
    x = data.x.astype("float32") * np.float32(data.scale)
    return [(x[index], data.y[index]) for index in (data.train, data.validation, data.test)]


def network(case: Case, trial: Trial, jit: bool | str = "auto", steps: int = 1) -> Any:
    """A trial's compiled model, written out in Keras."""
    import keras

    from custom.activations import hard_tanh
    from custom.losses import Huber, LogCosh
    from custom.regularizers import ElasticNet

    keras.utils.set_random_seed(trial.seed)
    settings = trial.settings
    name, strength = settings["activation"]["name"], settings["regularizer"]
    make = {"none": lambda: None, "l1": keras.regularizers.L1, "l2": keras.regularizers.L2, "elastic_net": ElasticNet}
    options = {key: value for key, value in strength.items() if key != "name"}
    toy = case.name == "toy"
    function = hard_tanh if name == "hard_tanh" else name
    regularizer = make[strength["name"]](**options)
    hidden = _hidden(case, function, regularizer)
    last = keras.layers.Dense(1 if toy else 10, activation="sigmoid" if toy else "softmax")
    model = keras.Sequential([*hidden, last])
    losses = {
        "cross_entropy": keras.losses.BinaryCrossentropy if toy else keras.losses.CategoricalCrossentropy,
        "mean_squared_error": keras.losses.MeanSquaredError,
        "huber": lambda: Huber(delta=0.5),
        "log_cosh": LogCosh,
    }
    model.compile(
        optimizer=keras.optimizers.Adam(settings["learning_rate"]),
        loss=losses[settings["loss"]["name"]](),
        metrics=["accuracy"],
        jit_compile=jit,
        steps_per_execution=steps,
    )
    return model


def _hidden(case: Case, activation: Any, regularizer: Any) -> list[Any]:
    from keras import layers

    kind, options = case.model.get("kind", "mlp"), {"activation": activation, "kernel_regularizer": regularizer}
    if kind == "mlp":
        features = {"digits": 64, "toy": 2}.get(case.name, 784)
        return [layers.Input((features,)), *(layers.Dense(units, **options) for units in case.units)]
    start = [layers.Input((784,)), layers.Reshape((28, 28) if kind != "cnn" else (28, 28, 1))]
    if kind != "cnn":
        return [*start, {"rnn": layers.SimpleRNN, "lstm": layers.LSTM}[kind](case.units[0], **options)]
    for filters in case.model["filters"]:
        start += [layers.Conv2D(filters, 3, padding="same", **options), layers.MaxPooling2D(2)]
    return [*start, layers.Flatten()]


def targets(case: Case, y: Any) -> Any:
    """Targets as the losses of `network` want them: 0 or 1 in a column, or one-hot."""
    return y.reshape(-1, 1).astype("float32") if case.name == "toy" else np.eye(10, dtype="float32")[y]
