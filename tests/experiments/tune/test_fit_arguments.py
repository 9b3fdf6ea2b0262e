"""What a search is given, as `fit` takes it: arrays of numbers to train on, or a reason."""

import keras
import numpy as np
import pytest

from experiments.tune.compiled_model import CannotStack, Compiled
from experiments.tune.fit_arguments import name_arguments, read_arguments

X, Y = np.arange(24, dtype="float64").reshape(8, 3), np.arange(8.0)[:, None]
LINEAR = Compiled("linear", 1, {"name": "mean_squared_error"})
GOOD = {"x": X, "y": Y, "validation_split": 0.25}


def test_arguments_by_place_are_those_of_fit():
    assert name_arguments((X, Y, 16, 3), {"validation_split": 0.5}) == {
        "x": X,
        "y": Y,
        "batch_size": 16,
        "epochs": 3,
        "validation_split": 0.5,
    }
    placed = name_arguments((X, Y, 16, 3, 0, None, 0.5, None, True, {0: 2.0}), {})
    with pytest.raises(CannotStack, match="search's class_weight"):
        read_arguments(placed)


def test_a_share_of_the_examples_the_last_ones_validates():
    data = read_arguments(GOOD | {"callbacks": [], "verbose": 2}).data(LINEAR)
    assert (data.x.dtype, data.y.dtype) == (np.float32, np.float32)
    assert (data.train.tolist(), data.validation.tolist()) == ([0, 1, 2, 3, 4, 5], [6, 7])
    apart = read_arguments({"x": X, "y": Y, "validation_data": [X[:2], Y[:2]]}).data(LINEAR)
    assert (len(apart.train), apart.x[apart.validation].tolist()) == (8, X[:2].tolist())


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"callbacks": [keras.callbacks.TerminateOnNaN()]}, "callbacks see one model at a time"),
        ({"class_weight": {0: 1.0}}, "search's class_weight"),
        ({"sample_weight": np.ones(8)}, "search's sample_weight"),
        ({"steps_per_epoch": 2}, "search's steps_per_epoch"),
        ({"shuffle": False}, "search's shuffle"),
        ({"epochs": 0}, "search's epochs=0"),
        ({"x": {"a": X}}, "the data are no arrays"),
        ({"x": [X, X]}, "the data are no arrays"),
        ({"x": np.array([["a"], ["b"]])}, "the data are no arrays of numbers"),
        ({"x": X.astype(object)}, "the data are no arrays of numbers"),
        ({"x": np.full((8, 1), 2**25)}, "whole numbers too large for float32"),
        ({"y": Y[:5]}, "the data are 8 examples and 5 labels"),
        ({"x": X[:, 0]}, "the data are 8 examples"),
        ({"validation_split": 0.0}, "there are no validation data"),
        ({"validation_data": (X, Y, np.ones(8))}, "the validation data are no pair of arrays"),
        ({"validation_data": iter([X, Y])}, "the validation data are no pair of arrays"),
        ({"validation_data": (X.astype(str), Y)}, "the validation data are no arrays of numbers"),
    ],
)
def test_what_a_stack_cannot_train_on_is_told(changes, why):
    with pytest.raises(CannotStack, match=why):
        read_arguments(GOOD | changes)
