"""The schema of `trials.csv` and `history.csv`, as the contract has it."""

from experiments.study import catalog
from experiments.study import columns as schema


def test_trials_have_the_columns_of_the_contract_in_order():
    settings = ["width", "epochs", "batch_size", "loss", "regularizer", "learning_rate", "optimizer", "activation", "n"]
    assert " ".join(schema.trial_columns(settings, ["accuracy", "cross_entropy"])) == (
        "study trial cell seed task model "
        "activation loss regularizer learning_rate optimizer batch_size epochs width n "
        "status train_loss validation_loss "
        "validation_accuracy validation_cross_entropy test_accuracy test_cross_entropy "
        "parameters epochs_run seconds engine error constant_score"
    )


def test_settings_that_a_study_lacks_have_no_column():
    assert schema.ordered_settings(["units", "loss"]) == ["loss", "units"]
    assert schema.ordered_settings(iter(["b", "a"])) == ["b", "a"]


def test_history_has_a_row_a_trial_and_epoch_without_test_scores():
    columns = schema.history_columns(iter(["accuracy"]))
    assert columns == ["trial", "epoch", "train_loss", "validation_loss", "validation_accuracy"]


def test_no_column_comes_twice():
    settings = {name for part in (*catalog.MODELS.values(), *catalog.TASKS.values()) for name in part.settings}
    columns = schema.trial_columns([*catalog.TRAINING, *settings], catalog.METRICS)
    assert len(set(columns)) == len(columns)


def test_statuses():
    assert schema.STATUSES == ("ok", "diverged", "failed")
