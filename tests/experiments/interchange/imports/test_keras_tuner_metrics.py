"""Which metric was searched for, and what metrics are called."""

from pathlib import Path

import pytest

from experiments.errors import RequestError
from experiments.interchange.imports.keras_tuner_files import Trial
from experiments.interchange.imports.keras_tuner_metrics import metric_names, objective_of

NAN = float("nan")
DIRECTIONS = {"val_accuracy": "max", "accuracy": "max", "val_loss": "min", "loss": "min", "mine": "max"}


def trial(score, status="COMPLETED", **metrics):
    own = {
        name: {"direction": DIRECTIONS[name], "observations": [{"value": [value], "step": 0}]}
        for name, value in metrics.items()
    }
    space = {"space": [], "values": {}}
    return Trial(trial_id="0", hyperparameters=space, metrics={"metrics": own}, score=score, status=status)


@pytest.mark.parametrize(
    ("trials", "objective"),
    [
        ([trial(0.7, val_accuracy=0.7, val_loss=0.5)], ("val_accuracy", "max")),
        ([trial(0.5, val_accuracy=0.5, val_loss=0.5), trial(0.4, val_accuracy=0.6, val_loss=0.4)], ("val_loss", "min")),
        ([trial(0.7, accuracy=0.7, val_accuracy=0.7)], ("val_accuracy", "max")),
        ([trial(3.0, mine=3.0, loss=1.0)], ("mine", "max")),
        (
            [trial(NAN, "FAILED", val_accuracy=0.1, val_loss=NAN), trial(2.0, val_accuracy=0.1, val_loss=2.0)],
            ("val_loss", "min"),
        ),
        ([trial(None, "FAILED", val_loss=NAN)], ("val_loss", "min")),
        ([trial(None, "FAILED")], None),
    ],
)
def test_the_scores_tell(trials, objective):
    assert objective_of(trials, None, Path("p")) == objective


@pytest.mark.parametrize(
    "trials", [[trial(9.0, val_accuracy=0.7, val_loss=0.5)], [trial(0.5, val_accuracy=0.5, val_loss=0.5)]]
)
def test_what_they_cannot_tell_is_asked_for(trials):
    with pytest.raises(RequestError, match="p: which metric was searched for is not clear from the scores; give --o"):
        objective_of(trials, None, Path("p"))
    assert objective_of(trials, "val_accuracy", Path("p")) == ("val_accuracy", "max")


def test_an_objective_that_nothing_has():
    with pytest.raises(RequestError, match='got "val_loss", the trials in p have no metrics'):
        objective_of([trial(None, "FAILED")], "val_loss", Path("p"))


def test_two_metrics_of_one_name_are_kept_apart():
    names = metric_names(["val_acc", "val_categorical_accuracy", "val_mse"], "val_acc")
    assert names == {
        "val_acc": "accuracy",
        "val_categorical_accuracy": "categorical_accuracy",
        "val_mse": "mean_squared_error",
    }
