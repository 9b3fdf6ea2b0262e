"""Learning curves."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.curves import curve_table
from tests.experiments.report.results_folder import history_rows, trial_rows

CELLS = [{"activation": "relu"}, {"activation": "tanh"}]


def test_mean_and_the_middle_of_the_seeds() -> None:
    trials = trial_rows(CELLS, range(5), lambda cell, seed: 0.5 + seed / 10)
    table = curve_table(history_rows(trials), trials, ["c0001", "c0000"], "validation_accuracy")
    assert table["cell"].tolist() == ["c0001"] * 4 + ["c0000"] * 4
    last = table.iloc[3]
    assert (last["epoch"], last["n"]) == (4, 5)
    assert last["mean"] == pytest.approx(0.7)
    assert last["low"] == pytest.approx(np.quantile([0.5, 0.6, 0.7, 0.8, 0.9], 0.1))


def test_diverged_trials_are_left_out_at_every_epoch() -> None:
    trials = trial_rows(CELLS, range(2), lambda cell, seed: 0.5 + seed / 10)
    history = history_rows(trials)
    trials.loc[trials["seed"] == 1, "status"] = "diverged"
    table = curve_table(history, trials, ["c0000"], "validation_accuracy")
    assert (table["n"] == 1).all()


def test_no_history() -> None:
    trials = trial_rows(CELLS, range(2), lambda *_: 0.5)
    empty = pd.DataFrame(
        {"trial": pd.Series(dtype=str), "epoch": pd.Series(dtype=int), "validation_accuracy": pd.Series(dtype=float)}
    )
    assert curve_table(empty, trials, ["c0000"], "validation_accuracy").empty
