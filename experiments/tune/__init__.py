"""Hyper-parameter search: keras-tuner's oracles propose, our trainers train.

For keras-tuner users: `from experiments.tune import RandomSearch, GridSearch, BayesianOptimization, Hyperband`.
"""

import importlib
from typing import TYPE_CHECKING

from experiments.study.types import OwnPart

if TYPE_CHECKING:
    from experiments.tune.fused_tuner import FusedTuner
    from experiments.tune.listed_oracles import AblationOracle, FactorialOracle
    from experiments.tune.study_hypermodel import StudyHyperModel
    from experiments.tune.tuners import BayesianOptimization, GridSearch, Hyperband, RandomSearch

__all__ = [
    "AblationOracle",
    "BayesianOptimization",
    "FactorialOracle",
    "FusedTuner",
    "GridSearch",
    "Hyperband",
    "RandomSearch",
    "StudyHyperModel",
]
_PLACES = {
    "AblationOracle": "listed_oracles",
    "FactorialOracle": "listed_oracles",
    "FusedTuner": "fused_tuner",
    "StudyHyperModel": "study_hypermodel",
}


def __getattr__(name: str) -> OwnPart:
    # late, so that the command line can search without Keras until it trains
    if name in __all__:
        return getattr(importlib.import_module(f"experiments.tune.{_PLACES.get(name, 'tuners')}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
