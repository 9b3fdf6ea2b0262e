"""A study's factors as hyper-parameters, and back."""

import keras_tuner
import pytest

from experiments.tune.oracles import ask, make_oracle, tell
from experiments.tune.space import settings, space
from tests.experiments.studies import tiny

FACTORS = {
    "activation": ["relu", {"name": "leaky_relu", "negative_slope": 0.5}],
    "loss": ["cross_entropy", {"name": "huber", "delta": 0.5}],
    "learning_rate": [0.1, 1],
    "units": [[4], [4, 4]],
    "batch_normalization": [False, True],
    "batch_size": [8, 16],
}


def by_name(study):
    return {parameter.name: parameter for parameter in space(study).space}


def test_lists_of_levels_are_choices_among_labels():
    found = by_name(tiny(factors=FACTORS))
    assert {name: list(parameter.values) for name, parameter in found.items()} == {
        "activation": ["relu", "leaky_relu(negative_slope=0.5)"],
        "loss": ["cross_entropy", "huber(delta=0.5)"],
        "learning_rate": [0.1, 1.0],
        "units": ["4", "4-4"],
        "batch_normalization": [False, True],
        "batch_size": [8, 16],
    }


def test_the_default_is_the_studys_own_level():
    found = by_name(tiny(factors=FACTORS, baseline={"learning_rate": 1, "units": [4, 4]}))
    assert (found["learning_rate"].default, found["units"].default) == (1.0, "4-4")
    assert by_name(tiny(design="random", factors={"learning_rate": {"min": 0.01, "max": 0.1}}))[
        "learning_rate"
    ].default == pytest.approx(0.01)


def test_ranges_are_floats_and_whole_numbers():
    factors = {
        "learning_rate": {"min": 1e-4, "max": 1.0, "scale": "log"},
        "epochs": {"min": 1, "max": 9},
        "dropout": {"min": 0.0, "max": 0.5},
    }
    found = by_name(tiny(design="random", factors=factors, epochs=3))
    rate, epochs, dropout = (found[name] for name in factors)
    assert (type(rate).__name__, rate.sampling, rate.default) == ("Float", "log", 0.001)
    assert (type(epochs).__name__, epochs.min_value, epochs.max_value, epochs.default) == ("Int", 1, 9, 3)
    assert (type(dropout).__name__, dropout.sampling) == ("Float", "linear")


def test_values_come_back_as_settings():
    study = tiny(factors=FACTORS)
    oracle = keras_tuner.oracles.RandomSearchOracle(objective="val_loss", hyperparameters=space(study), seed=1)
    cells = [settings(study, oracle._random_values()) for _ in range(100)]
    assert all(cell in study.cells for cell in cells)
    assert len({str(cell) for cell in cells}) > 40
    assert settings(study, {"tuner/epochs": 3}) == study.base


OPEN = {
    "loss": ["cross_entropy", {"name": "huber", "delta": {"min": 0.1, "max": 2.0, "scale": "log"}}],
    "optimizer": [{"name": "sgd", "momentum": {"min": 0.0, "max": 0.9}}, "adam"],
}


def test_a_range_within_a_level_is_active_where_the_level_is_chosen():
    study = tiny(design="random", factors=OPEN)
    found = space(study)
    delta = next(parameter for parameter in found.space if parameter.name == "loss.huber.delta")
    assert (type(delta).__name__, delta.min_value, delta.max_value, delta.sampling) == ("Float", 0.1, 2.0, "log")
    for chosen in ("cross_entropy", "huber"):
        found.values["loss"] = chosen
        assert found.is_active(delta) == (chosen == "huber")


@pytest.mark.parametrize("tuner", ["random", "bayesian"])
def test_oracles_propose_what_a_row_brings_back(tuner):
    study = tiny(design="random", factors=OPEN)
    made = make_oracle(tuner, space(study), "validation_accuracy", "max", 1, max_trials=30)
    names = set()
    for place, trial in enumerate(ask(made, 30)):
        cell = settings(study, trial.hyperparameters.values)
        names.add((cell["loss"]["name"], cell["optimizer"]["name"]))
        assert settings(study, study.labels(cell)) == cell
        assert cell["loss"].get("delta", 1.0) >= 0.1
        tell(made, trial, place / 30)
    assert len(names) == 4
