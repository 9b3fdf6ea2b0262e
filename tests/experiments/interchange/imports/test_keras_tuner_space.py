"""Spaces that are unusual."""

import pytest

from experiments.interchange.imports.keras_tuner_files import HyperParameter
from experiments.interchange.imports.keras_tuner_space import columns_of, factors_of, seeds_of


def spec(kind, name="a", **config):
    return HyperParameter(class_name=kind, config={"name": name, **config})


@pytest.mark.parametrize(
    ("specs", "values", "factor"),
    [
        ([spec("Choice", values=[8, 16])], [8], [8, 16]),
        ([spec("Choice", values=[8])], [8, 32], [8, 32]),
        ([spec("Boolean")], [True], [False, True]),
        ([spec("Fixed", value="relu")], [], ["relu"]),
        ([spec("Int", min_value=2, max_value=8, step=2)], [4], {"min": 2, "max": 8, "scale": "linear"}),
        ([spec("Int", min_value=3, max_value=3)], [3], [3]),
        (
            [spec("Float", min_value=0.5, max_value=1, sampling="reverse_log")],
            [],
            {"min": 0.5, "max": 1, "scale": "reverse_log"},
        ),
        (
            [spec("Float", min_value=1, max_value=2, sampling="log"), spec("Float", min_value=2, max_value=4)],
            [3.0],
            {"min": 1, "max": 4, "scale": "linear"},
        ),
        ([spec("Float", min_value=0, max_value=2, sampling="log")], [], {"min": 0, "max": 2, "scale": "linear"}),
        ([spec("Float", min_value=1, max_value=2), spec("Choice", values=["x"])], [1.5, "x"], ["x", 1.5]),
        ([spec("Float", min_value=1, max_value=2)], ["odd"], ["odd"]),
        ([], [1, 2, 1], [1, 2]),
    ],
)
def test_factors(specs, values, factor):
    assert factors_of(specs, [{"a": value} for value in values] or [{}]) == {"a": factor}


def test_what_hyperband_keeps_is_no_factor():
    assert factors_of([], [{"tuner/epochs": 3, "a": 1}]) == {"a": [1]}


@pytest.mark.parametrize(
    ("levels", "counts"), [([0, 1, 2], True), ([False, True], False), ([0], False), ([1, 2], False), ({}, False)]
)
def test_seeds_count_from_zero(levels, counts):
    assert seeds_of({"seed": levels}) is counts


def test_columns_are_no_others():
    names = ["seed", "hp_seed", "status", "validation_loss", "error", "dead/1", "a.b", "a b", "loss"]
    columns = columns_of(names, ["train_loss", "validation_loss"])
    assert columns == {
        "seed": "hp_hp_seed", "hp_seed": "hp_seed", "status": "hp_status", "validation_loss": "hp_validation_loss",
        "error": "hp_error", "dead/1": "hp_dead/1", "a.b": "a.b", "a b": "a b", "loss": "loss",
    }  # fmt: skip
