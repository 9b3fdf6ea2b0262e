"""A loop of `fit`, on Keras' defaults or tuned (`jit_compile`, one call per epoch)."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from cases import Case, draw_data, network, targets

from experiments.study.trial import Trial


def ready(case: Case, trials: list[Trial], tuned: bool = False) -> Callable[[Path], None]:
    """Keras imported, the data of every seed in memory."""
    import keras  # noqa: F401

    data = flat_data(case, trials)
    return partial(_all, case, trials, data, tuned)


def flat_data(case: Case, trials: list[Trial]) -> dict[int, Any]:
    """Data by seed, images flat and targets as the losses want them."""
    found = {trial.seed: draw_data(case, trial) for trial in {trial.seed: trial for trial in trials}.values()}
    return {seed: [(x.reshape(len(x), -1), targets(case, y)) for x, y in parts] for seed, parts in found.items()}


def one(case: Case, trial: Trial, data: Any, tuned: bool) -> tuple[dict[str, Any], pd.DataFrame]:
    """Train a trial: its row, and its history."""
    (x, y), validation, test = data
    steps = -(-len(x) // case.batch_size)
    model = network(case, trial, jit=True, steps=steps) if tuned else network(case, trial)
    history = model.fit(
        x, y, batch_size=case.batch_size, epochs=case.epochs, validation_data=validation, verbose=0
    ).history
    loss, accuracy = model.evaluate(*test, verbose=0, batch_size=len(test[0]))
    return {"trial": trial.id, "test_loss": loss, "test_accuracy": accuracy}, pd.DataFrame(history)


def _all(case: Case, trials: list[Trial], data: dict[int, Any], tuned: bool, folder: Path) -> None:
    import keras

    rows = []
    for trial in trials:
        row, history = one(case, trial, data[trial.seed], tuned)
        rows.append(row)
        history.assign(trial=trial.id).to_csv(folder / "history.csv", mode="a")
        pd.DataFrame(rows).to_csv(folder / "rows.csv")
        keras.utils.clear_session()
