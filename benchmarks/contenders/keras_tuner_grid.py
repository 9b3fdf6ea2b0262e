"""keras-tuner's GridSearch over the trials of one seed after another: cell and seed are a choice."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from cases import Case, network
from contenders.fit_loop import flat_data

from experiments.study.trial import Trial


def ready(case: Case, trials: list[Trial]) -> Callable[[Path], None]:
    """keras-tuner imported, the data in memory."""
    import keras_tuner  # noqa: F401

    return partial(_all, case, trials, flat_data(case, trials))


def _all(case: Case, trials: list[Trial], data: dict[int, Any], folder: Path) -> None:
    import keras_tuner

    for seed in {trial.seed: None for trial in trials}:
        own = [trial for trial in trials if trial.seed == seed]

        def build(hp: Any, own: list[Trial] = own) -> Any:
            return network(case, own[hp.Choice("trial", list(range(len(own))))])

        (x, y), validation, _ = data[seed]
        tuner = keras_tuner.GridSearch(
            build, objective="val_accuracy", max_trials=len(own), directory=folder, project_name=str(seed)
        )
        tuner.search(x, y, validation_data=validation, batch_size=case.batch_size, epochs=case.epochs, verbose=0)
