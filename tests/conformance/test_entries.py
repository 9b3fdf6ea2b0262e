"""No public part goes without the suite."""

import importlib

import pytest

import custom
from tests.conformance.parts import CONFIGURED, HELPERS, LAYERS, MODELS, PLACES, POINTWISE

PUBLIC = {
    f"{package}.{name}" for package in custom.__all__ for name in importlib.import_module(f"custom.{package}").__all__
}
CONTRACT = {
    "activations": {"hard_tanh", "heaviside"},
    "layers": {"HardTanh", "SparsityPenalty", "Perceptron"},
    "losses": {"Huber", "LogCosh", "Wasserstein", "EarthMover", "huber", "log_cosh", "wasserstein", "earth_mover"},
    "regularizers": {"KLSparsity", "ElasticNet"},
    "constraints": {"WeightClip", "SoftThreshold"},
    "optimizers": {"MovingAverageMomentum"},
    "callbacks": {"Telemetry", "StopOnDivergence"},
    "models": {"PerceptronClassifier", "SparseAutoencoder", "GAN", "WGAN"},
}


def entries(*tables):
    return {name.split(",")[0] for table in tables for name in table}


def test_the_contract_is_public():
    assert {f"{package}.{name}" for package, names in CONTRACT.items() for name in names} <= PUBLIC


@pytest.mark.parametrize("part", sorted(PUBLIC))
def test_every_public_part_has_an_entry(part):
    assert part in entries(POINTWISE, LAYERS, PLACES, MODELS) | HELPERS
    kind, name = part.split(".")
    # a class is used in a model, not only called; a function of the module has values to be compared
    if name[0].isupper():
        assert part in entries(PLACES, MODELS)
        assert kind == "callbacks" or part in entries(CONFIGURED) or part in {"models.GAN", "models.WGAN"}
    else:
        assert part in entries(POINTWISE) | HELPERS
    if kind == "layers":
        assert part in entries(LAYERS)
    if kind in ("losses", "regularizers", "constraints", "activations"):
        assert part in entries(POINTWISE)


def test_no_entry_is_left_over():
    assert entries(POINTWISE, LAYERS, CONFIGURED, PLACES, MODELS) | HELPERS <= PUBLIC
