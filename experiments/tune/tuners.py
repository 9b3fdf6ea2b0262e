"""keras-tuner's tuners by their own names and signatures, each a `FusedTuner`: another import is all that changes."""

from typing import Unpack

import keras_tuner

from experiments.study.types import OwnPart
from experiments.tune.fused_tuner import FusedTuner, TunerOptions
from experiments.tune.keras_tuner_internals import set_seed

_oracles = keras_tuner.oracles


class RandomSearch(FusedTuner):
    """`keras_tuner.RandomSearch`, its trials trained together where they can be.

    Arguments:
        hypermodel, objective, max_trials, seed, hyperparameters, tune_new_entries, allow_new_entries,
            max_retries_per_trial, max_consecutive_failed_trials: as in keras-tuner; `seed=0` is a seed here.
        Others are those of `FusedTuner`, such as `executions_per_trial`, `directory`, `project_name`, `together`.

    Example:

    >>> import tempfile
    >>> import keras, numpy as np
    >>> def build(hp):
    ...     model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(hp.Choice("units", [2, 4])),
    ...                               keras.layers.Dense(1)])
    ...     model.compile(keras.optimizers.Adam(hp.Float("rate", 1e-3, 1e-1, sampling="log")), "mse")
    ...     return model
    >>> x = np.random.default_rng(0).normal(size=(40, 2)).astype("float32")
    >>> tuner = RandomSearch(build, objective="val_loss", max_trials=3, seed=0, directory=tempfile.mkdtemp())
    >>> tuner.search(x, x[:, :1], validation_split=0.25, epochs=2, verbose=0)
    >>> len(tuner.get_best_models(2))
    2
    """

    def __init__(
        self,
        hypermodel: OwnPart = None,
        objective: OwnPart = None,
        max_trials: int = 10,
        seed: int | None = None,
        hyperparameters: keras_tuner.HyperParameters | None = None,
        tune_new_entries: bool = True,
        allow_new_entries: bool = True,
        max_retries_per_trial: int = 0,
        max_consecutive_failed_trials: int = 3,
        **kwargs: Unpack[TunerOptions],
    ) -> None:
        oracle = _oracles.RandomSearchOracle(
            objective=objective,
            max_trials=max_trials,
            seed=seed,
            hyperparameters=hyperparameters,
            tune_new_entries=tune_new_entries,
            allow_new_entries=allow_new_entries,
            max_retries_per_trial=max_retries_per_trial,
            max_consecutive_failed_trials=max_consecutive_failed_trials,
        )
        self.seed = seed
        super().__init__(set_seed(oracle, seed), hypermodel, **kwargs)


class GridSearch(FusedTuner):
    """`keras_tuner.GridSearch`, its trials trained together where they can be.

    Arguments:
        max_trials: None for the whole grid. Others are those of `RandomSearch`.

    Example:

    >>> import tempfile
    >>> import keras
    >>> def build(hp):
    ...     model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(hp.Choice("units", [2, 4]))])
    ...     model.compile("adam", "mse")
    ...     return model
    >>> tuner = GridSearch(build, objective="val_loss", directory=tempfile.mkdtemp())
    >>> tuner.oracle.get_space().get("units")  # the first of the grid; `search` trains them all
    2
    """

    def __init__(
        self,
        hypermodel: OwnPart = None,
        objective: OwnPart = None,
        max_trials: int | None = None,
        seed: int | None = None,
        hyperparameters: keras_tuner.HyperParameters | None = None,
        tune_new_entries: bool = True,
        allow_new_entries: bool = True,
        max_retries_per_trial: int = 0,
        max_consecutive_failed_trials: int = 3,
        **kwargs: Unpack[TunerOptions],
    ) -> None:
        oracle = _oracles.GridSearchOracle(
            objective=objective,
            max_trials=max_trials,
            seed=seed,
            hyperparameters=hyperparameters,
            tune_new_entries=tune_new_entries,
            allow_new_entries=allow_new_entries,
            max_retries_per_trial=max_retries_per_trial,
            max_consecutive_failed_trials=max_consecutive_failed_trials,
        )
        self.seed = seed
        super().__init__(set_seed(oracle, seed), hypermodel, **kwargs)


class BayesianOptimization(FusedTuner):
    """`keras_tuner.BayesianOptimization`, 8 trials asked for at once unless `together` says otherwise.

    Arguments:
        num_initial_points: how many random trials come first; None for three for each hyper-parameter.
        alpha: the noise that the Gaussian process expects of a score, above 0.
        beta: how much it explores, at least 0.
        Others are those of `RandomSearch`.

    Example:

    >>> import tempfile
    >>> import keras
    >>> def build(hp):
    ...     model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    ...     model.compile(keras.optimizers.Adam(hp.Float("rate", 1e-4, 1e-1, sampling="log")), "mse")
    ...     return model
    >>> tuner = BayesianOptimization(build, objective="val_loss", max_trials=40, seed=0, directory=tempfile.mkdtemp())
    >>> tuner.oracle.max_trials
    40
    """

    def __init__(
        self,
        hypermodel: OwnPart = None,
        objective: OwnPart = None,
        max_trials: int = 10,
        num_initial_points: int | None = None,
        alpha: float = 1e-4,
        beta: float = 2.6,
        seed: int | None = None,
        hyperparameters: keras_tuner.HyperParameters | None = None,
        tune_new_entries: bool = True,
        allow_new_entries: bool = True,
        max_retries_per_trial: int = 0,
        max_consecutive_failed_trials: int = 3,
        **kwargs: Unpack[TunerOptions],
    ) -> None:
        oracle = _oracles.BayesianOptimizationOracle(
            objective=objective,
            max_trials=max_trials,
            num_initial_points=num_initial_points,
            alpha=alpha,
            beta=beta,
            seed=seed,
            hyperparameters=hyperparameters,
            tune_new_entries=tune_new_entries,
            allow_new_entries=allow_new_entries,
            max_retries_per_trial=max_retries_per_trial,
            max_consecutive_failed_trials=max_consecutive_failed_trials,
        )
        super().__init__(set_seed(oracle, seed), hypermodel, **kwargs)


class Hyperband(FusedTuner):
    """`keras_tuner.Hyperband`, the trials of a round trained together where they can be.

    Arguments:
        max_epochs: epochs of the longest training, at least 1.
        factor: by how much rounds grow in epochs and shrink in trials, at least 2.
        hyperband_iterations: how often the whole algorithm runs, at least 1.
        Others are those of `RandomSearch`.

    Example:

    >>> import tempfile
    >>> from experiments.study.study_file import load
    >>> from experiments.tune import StudyHyperModel
    >>> study = StudyHyperModel(load("digits-grid"))
    >>> tuner = Hyperband(study, objective="val_accuracy", max_epochs=9, seed=0, directory=tempfile.mkdtemp())
    >>> tuner.oracle.max_epochs, tuner.oracle.factor
    (9, 3)
    """

    def __init__(
        self,
        hypermodel: OwnPart = None,
        objective: OwnPart = None,
        max_epochs: int = 100,
        factor: int = 3,
        hyperband_iterations: int = 1,
        seed: int | None = None,
        hyperparameters: keras_tuner.HyperParameters | None = None,
        tune_new_entries: bool = True,
        allow_new_entries: bool = True,
        max_retries_per_trial: int = 0,
        max_consecutive_failed_trials: int = 3,
        **kwargs: Unpack[TunerOptions],
    ) -> None:
        oracle = _oracles.HyperbandOracle(
            objective,
            max_epochs=max_epochs,
            factor=factor,
            hyperband_iterations=hyperband_iterations,
            seed=seed,
            hyperparameters=hyperparameters,
            tune_new_entries=tune_new_entries,
            allow_new_entries=allow_new_entries,
            max_retries_per_trial=max_retries_per_trial,
            max_consecutive_failed_trials=max_consecutive_failed_trials,
        )
        super().__init__(set_seed(oracle, seed), hypermodel, **kwargs)
