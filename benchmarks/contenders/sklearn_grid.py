"""scikit-learn's GridSearchCV over MLPClassifier, for the cells that it can express; it keeps no history."""

import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from cases import Case, draw_data

from experiments.study.trial import Trial

_ACTIVATIONS = {"relu": "relu", "tanh": "tanh", "sigmoid": "logistic"}


def expressible(trial: Trial) -> bool:
    """Whether MLPClassifier has the activation, the loss and the penalty."""
    settings = trial.settings
    return (
        settings["activation"]["name"] in _ACTIVATIONS
        and settings["loss"]["name"] == "cross_entropy"
        and settings["regularizer"]["name"] in ("none", "l2")
    )


def ready(case: Case, trials: list[Trial]) -> Callable[[Path], None]:
    """scikit-learn imported, the data in memory."""
    import sklearn.model_selection
    import sklearn.neural_network  # noqa: F401

    data = {trial.seed: draw_data(case, trial) for trial in {trial.seed: trial for trial in trials}.values()}
    return partial(_all, case, trials, data)


def _all(case: Case, trials: list[Trial], data: dict[int, Any], folder: Path) -> None:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import GridSearchCV, PredefinedSplit
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs are given
    for trial in trials:
        train, validation, _ = data[trial.seed]
        x = np.concatenate([inputs.reshape(len(inputs), -1) for inputs, _ in (train, validation)])
        y = np.concatenate([train[1], validation[1]])
        network = MLPClassifier(
            case.units, batch_size=case.batch_size, max_iter=case.epochs, tol=0.0, n_iter_no_change=case.epochs
        )
        grid = {
            "activation": [_ACTIVATIONS[trial.settings["activation"]["name"]]],
            "alpha": [trial.settings["regularizer"].get("l2", 0.0)],
            "learning_rate_init": [trial.settings["learning_rate"]],
            "random_state": [trial.seed],
        }
        split = PredefinedSplit(np.repeat([-1, 0], [len(train[1]), len(validation[1])]))
        search = GridSearchCV(network, grid, cv=split, refit=False, n_jobs=2).fit(x, y)
        pd.DataFrame(search.cv_results_).to_csv(folder / "rows.csv", mode="a")
