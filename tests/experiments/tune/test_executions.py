"""Executions as tables: a row for each, of its best epoch by the objective; its epochs beside."""

import keras
import keras_tuner
import pandas as pd
import pytest

from experiments.tune.executions import Execution, Executions, execution

LOSS, ACCURACY = keras_tuner.Objective("val_loss", "min"), keras_tuner.Objective("val_acc", "max")
LOGS = [
    {"loss": 3.0, "val_loss": 2.5, "val_acc": 0.5},
    {"loss": 2.0, "val_loss": 1.5, "val_acc": 0.7},
    {"loss": 1.0, "val_loss": 1.5, "val_acc": 0.9},
]


def fitted(logs):
    found = keras.callbacks.History()
    found.history = {name: [entry[name] for entry in logs] for name in logs[0]}
    return found


@pytest.mark.parametrize(("objective", "first", "place"), [(LOSS, 0, 1), (ACCURACY, 0, 2), (LOSS, 2, 0)])
def test_the_best_epoch_is_the_first_of_the_best_that_it_trained_itself(objective, first, place):
    assert Execution(0, LOGS, first).best(objective) == place
    assert execution(0, fitted(LOGS[first:]), first, 1.0, objective).best(objective) == place


def test_rows_and_epochs_are_kept_and_taken_out_again(tmp_path):
    table = Executions(str(tmp_path), ACCURACY)
    table.add("0", {"units": 3}, [Execution(0, LOGS, 0, {"engine": "fused"}), Execution(1, LOGS[:2])])
    table.add("1", {"units": 4, "rate": 0.1}, [execution(0, fitted(LOGS[1:]), 1, 0.25, ACCURACY)])
    table.add("2", {"units": 5}, [execution(0, {"val_acc": float("nan")}, 0, 0.25, ACCURACY)])
    table.add("3", {"units": 6}, [execution(0, 0.4, 0, 0.25, ACCURACY)])
    table.add_failed("4", {"units": 7}, 0, "ValueError: no")
    rows = pd.read_csv(tmp_path / "executions.csv", dtype={"trial": str})
    assert list(rows["trial"]) == ["0", "0", "1", "2", "3", "4"]
    assert list(rows["status"]) == ["ok", "ok", "ok", "diverged", "ok", "failed"]
    assert list(rows["validation_accuracy"].dropna()) == [0.9, 0.7, 0.9, 0.4]
    assert list(rows["train_loss"].dropna()) == [1.0, 2.0, 1.0]
    assert list(rows["epochs_run"].dropna()) == [3, 2, 3, 1, 1]
    assert list(rows["engine"].dropna()) == ["fused", *["keras-tuner"] * 4]
    epochs = pd.read_csv(tmp_path / "history.csv", dtype={"trial": str})
    assert list(epochs.query("trial == '1'")["epoch"]) == [2, 3]  # the first was another trial's
    table.forget("0")
    assert set(pd.read_csv(tmp_path / "executions.csv", dtype={"trial": str})["trial"]) == {"1", "2", "3", "4"}
