"""A trial in a stack against its twin from the serial trainer, in float64, after 4 or 8 steps: the same weights.

The pairs of (activation, loss, regularizer, optimizer, layers) are covered; a part of the cover runs here. With
EQUALITY=all in the environment all of it runs, for 52 steps, and both trainers compile everywhere. Numbers are such
that float32 holds them: Keras rounds some of its constants to it, in float64 as well.
"""

import itertools

import keras
import pytest

from custom.constraints import SoftThreshold, WeightClip
from custom.layers import HardTanh, Perceptron, SparsityPenalty
from experiments.api import Study
from experiments.study import catalog
from tests.custom.support import KERAS_COPIES
from tests.experiments.train.fused.stacks import ALL, TASK, at_once, check_against_serial

pytestmark = KERAS_COPIES
EPOCHS, BATCH = 13 if ALL else 2, 7  # 3 whole batches and one of 2
# a batch that is not whole is the multilayer perceptron's to show: without it a program is traced once, not twice
WHOLE = {} if ALL else {"epochs": 4, "batch_size": 23}
BETAS = {"beta_1": 0.875, "beta_2": 0.96875}
OPTIMIZERS = [
    {"name": "sgd"},
    {"name": "sgd", "momentum": 0.875},
    {"name": "sgd", "momentum": 0.875, "nesterov": True},
    {"name": "moving_average_momentum", "beta": 0.875},
    {"name": "rmsprop", "rho": 0.875},
    {"name": "rmsprop", "rho": 0.875, "momentum": 0.5},
    {"name": "adam", **BETAS},
    {"name": "adamw", "weight_decay": 0.125, **BETAS},
]
LOSSES = [*catalog.fitting_losses("softmax"), {"name": "huber", "delta": 0.5}]
ACTIVATIONS = [
    *(name for name in catalog.ACTIVATIONS if name not in ("exponential", "softmax", "leaky_relu")),
    {"name": "leaky_relu", "negative_slope": 0.5},
    {"name": "hard_tanh", "min_value": -0.5, "max_value": 2.0},
]
REGULARIZERS = [
    "none",
    {"name": "l1", "l1": 2.0**-8},
    {"name": "l2", "l2": 2.0**-6},
    {"name": "elastic_net", "l1": 2.0**-9, "l2": 2.0**-7},
    {"name": "dropout", "rate": 0.25},
    {"name": "dropout", "rate": 0.5},
    {"name": "sparsity", "target": 0.125, "weight": 2.0**-4},
]
RATES = [2.0**-6, 2.0**-8]
FACTORS = {
    "optimizer": OPTIMIZERS,
    "activation": ACTIVATIONS,
    "loss": LOSSES,
    "regularizer": REGULARIZERS,
    "batch_normalization": [False, True],
    "learning_rate": RATES,
}


@pytest.fixture(autouse=True)
def _in_float64(float64):
    """All of this file."""


def cover(factors):
    """Rows of places in which every two levels of two factors meet: found greedily, always the same."""
    sizes = [len(levels) for levels in factors.values()]
    pairs = list(itertools.combinations(range(len(sizes)), 2))
    left = {(a, b, i, j) for a, b in pairs for i in range(sizes[a]) for j in range(sizes[b])}

    def gain(row, place, level):
        both = [sorted([(place, level), known]) for known in row.items()]
        return sum((a, b, i, j) in left for (a, i), (b, j) in both)

    while left:
        a, b, i, j = min(left)
        row = {a: i, b: j}
        for place in (place for place in range(len(sizes)) if place not in row):
            row[place] = max(range(sizes[place]), key=lambda level, place=place: (gain(row, place, level), -level))
        left -= {(a, b, row[a], row[b]) for a, b in pairs}
        yield [row[place] for place in range(len(sizes))]


def test_the_cover_covers():
    small = {"a": [1, 2, 3], "b": [4, 5], "c": [6, 7]}
    rows = list(cover(small))
    for (first, ones), (two, twos) in itertools.combinations(enumerate(small.values()), 2):
        assert {(row[first], row[two]) for row in rows} == set(itertools.product(range(len(ones)), range(len(twos))))
    assert len(rows) < 12


def study_of(factors, rows=None, **settings):
    """A study of a grid, or of these rows of places in its levels."""
    study = Study(data=TASK, factors=factors, **({"epochs": EPOCHS, "batch_size": BATCH} | settings)).declared
    if rows is not None:
        levels = study.factors
        study.__dict__["cells"] = [
            study.base | {name: levels[name][at] for name, at in zip(levels, row, strict=True)} for row in rows
        ]
    return study


def test_activations_losses_regularizers_optimizers_and_layers():
    rows = list(cover(FACTORS))
    with at_once():
        epochs = EPOCHS if ALL else 1  # each row is a model that takes every step by itself
        made = study_of(FACTORS, rows if ALL else few(rows), seeds=1, model={"units": [5, 4]}, epochs=epochs)
        check_against_serial(made)


def few(rows):
    """Two rows for each optimizer, all in one stack: with batch norm, dropout and sparsity by turns."""
    kinds = itertools.cycle([(0, "strengths"), (1, "strengths"), (0, "dropout"), (0, "sparsity")])
    penalties = ["none", "l1", "l2", "elastic_net"]
    for optimizer, (normalized, kind) in zip(range(len(OPTIMIZERS)), kinds, strict=False):
        names = penalties if kind == "strengths" else [kind]
        fit = [
            row for row in rows if row[0] == optimizer and row[4] == normalized and label(REGULARIZERS[row[3]]) in names
        ]
        yield from fit[:2]


def label(level):
    return level if isinstance(level, str) else level["name"]


def everything(input_shape, outputs, slope=0.25, noise=0.125, weight=0.5, *, seed):
    """Every layer that the multilayer perceptron has not, in one functional model."""
    layers = keras.layers
    seeds = iter(range(100 * seed, 100 * seed + 100))

    def dense(units, **options):
        return layers.Dense(units, kernel_initializer=keras.initializers.GlorotUniform(next(seeds)), **options)

    given = keras.Input(input_shape)
    x = layers.GaussianNoise(noise, seed=next(seeds))(layers.Rescaling(0.5)(given))
    square = layers.Reshape((2, 2))(x)
    x = layers.Flatten()(dense(3)(layers.LayerNormalization()(square)))
    left, right = dense(4, activation="tanh")(x), layers.ELU()(dense(4)(given))
    merged = [layer()([left, right]) for layer in (layers.Add, layers.Subtract, layers.Multiply, layers.Average)]
    x = layers.Concatenate()([*merged, layers.Maximum()([left, right]), layers.Minimum()([left, right])])
    x = HardTanh(learn_bounds=True)(layers.LeakyReLU(slope)(x))
    x = SparsityPenalty(kind="l1", weight=weight)(x)
    step = Perceptron(3, kernel_initializer=keras.initializers.GlorotUniform(next(seeds)))(layers.ReLU()(dense(4)(x)))
    x = SparsityPenalty(target=0.125, weight=weight)(dense(3, activation="sigmoid")(step))
    return keras.Model(given, layers.Softmax()(layers.Identity()(dense(outputs)(x))))


def test_layers_of_a_functional_model_with_numbers_that_differ():
    factors = {"slope": [0.25, 0.5], "noise": [0.125, 0.5], "weight": [0.5, 0.0625]}
    rows = [(0, 0, 0), (1, 0, 1), (0, 1, 1)]
    with at_once():
        found = check_against_serial(
            study_of(factors, rows, build=everything, seeds=1, learning_rate=2.0**-7, optimizer=OPTIMIZERS[6], **WHOLE)
        )
    assert len({weights[0].tobytes() for _, weights in found.values()}) == len(found)


OWN = """
import keras

def halved(learning_rate, steps, after):
    return keras.optimizers.schedules.PiecewiseConstantDecay([after], [learning_rate, learning_rate / 2])
"""


def test_schedules_of_the_learning_rate(tmp_path):
    (tmp_path / "own.py").write_text(OWN)
    schedules = [
        {"name": "cosine", "warmup": 0.25},
        "linear",
        {"name": "exponential", "end": 2.0**-4},
        {"name": "step", "drops": 1, "factor": 0.5},
        {"name": f"{tmp_path / 'own.py'}:halved", "after": 5},
    ]
    factors = {"schedule": schedules, "learning_rate": RATES, "optimizer": [OPTIMIZERS[0], OPTIMIZERS[7]]}
    rows = [(at, at % 2, 0) for at in range(len(schedules))] + [(0, 0, 1), (3, 1, 1)]
    with at_once():
        found = check_against_serial(study_of(factors, rows, seeds=1, model={"units": [5]}))
    assert len({weights[0].tobytes() for _, weights in found.values()}) == len(rows)


KINDS = {
    "rnn": {"units": [3, 2], "activation": ["tanh", "relu"]},
    "lstm": {"units": [3], "activation": ["tanh", "sigmoid"]},
    "gru": {"units": [3], "activation": ["tanh", "relu"]},
    "cnn": {"filters": [3], "units": [4], "kernel_size": 2, "activation": ["relu", "tanh"]},
}
CLIPPED = """
import keras

def by_{clip}(learning_rate, most):
    return keras.optimizers.SGD(learning_rate, momentum=0.5, {clip}=most)
"""


@pytest.mark.parametrize(
    ("kind", "clip"), [("rnn", "global_clipnorm"), ("lstm", "clipnorm"), ("gru", "clipvalue"), ("cnn", "")]
)
def test_recurrent_and_convolutional_networks_whose_gradients_are_clipped_by_trial(kind, clip, tmp_path):
    (tmp_path / "clipped.py").write_text(CLIPPED.format(clip=clip))
    optimizers = {
        "": [OPTIMIZERS[1]],
        "global_clipnorm": [{"name": "sgd", "momentum": 0.5, "global_clipnorm": most} for most in (0.125, 0.5)],
    }.get(clip, [{"name": f"{tmp_path / 'clipped.py'}:by_{clip}", "most": most} for most in (2.0**-6, 2.0**-4)])
    model = {"kind": kind} | KINDS[kind]
    activations, penalties = model.pop("activation"), [REGULARIZERS[2], REGULARIZERS[1]]
    factors = {"activation": activations, "regularizer": penalties, "optimizer": optimizers}
    rows = [(0, 0, 0), (1, 1, len(optimizers) - 1)]
    check_against_serial(study_of(factors, rows, seeds=1, model=model, learning_rate=2.0**-5, **WHOLE))


def gated_before(input_shape, outputs, *, seed):
    """A GRU that resets before the product, convolutions in one dimension, pooling, a convolution that strides."""
    layers, seeds = keras.layers, iter(range(100 * seed, 100 * seed + 100))

    def starts():
        return keras.initializers.GlorotUniform(next(seeds))

    given = keras.Input(input_shape)
    sequence = layers.Reshape((4, 1))(given)
    options = {"kernel_initializer": starts(), "recurrent_initializer": starts()}
    left = layers.GRU(2, reset_after=False, use_bias=False, **options)(sequence)
    x = layers.AveragePooling1D(2)(layers.Conv1D(3, 2, padding="same", kernel_initializer=starts())(sequence))
    image = layers.ZeroPadding2D(1)(layers.Reshape((2, 3, 1))(x))
    image = layers.Conv2D(2, 2, strides=2, activation="tanh", kernel_initializer=starts())(image)
    pooled = [layer()(image) for layer in (layers.GlobalMaxPooling2D, layers.GlobalAveragePooling2D)]
    x = layers.Concatenate()([left, *pooled])
    return keras.Model(given, layers.Dense(outputs, kernel_initializer=starts(), activation="softmax")(x))


def test_other_recurrent_and_convolutional_layers():
    factors = {"learning_rate": RATES}
    check_against_serial(study_of(factors, build=gated_before, seeds=1, optimizer=OPTIMIZERS[1], **WHOLE))


def constrained(input_shape, outputs, limit=0.25, amount=2.0**-8, *, seed):
    """Kernels that are clipped, made sparse, and kept from below 0."""

    def dense(units, place, constraint, **options):
        start = keras.initializers.GlorotUniform(100 * seed + place)
        return keras.layers.Dense(units, kernel_initializer=start, kernel_constraint=constraint, **options)

    return keras.Sequential(
        [
            keras.Input(input_shape),
            dense(4, 1, WeightClip(limit), activation="tanh"),
            dense(4, 2, SoftThreshold(amount), activation="tanh"),
            dense(4, 3, keras.constraints.NonNeg(), activation="tanh"),
            dense(outputs, 4, None),
        ]
    )


def test_constraints_with_numbers_that_differ():
    factors = {"limit": [0.25, 0.5], "amount": [2.0**-8, 2.0**-5]}
    found = check_against_serial(
        study_of(factors, [(0, 0), (1, 0), (0, 1)], build=constrained, seeds=1, optimizer="sgd", **WHOLE)
    )
    for _, weights in found.values():
        assert abs(weights[0]).max() <= 0.5
        assert weights[4].min() >= 0
    assert any((weights[2] == 0).any() for _, weights in found.values())
