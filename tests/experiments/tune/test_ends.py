"""How searches end: every oracle, Hyperband’s epochs, errors in a row, and models that are refused."""

import keras
import keras_tuner
import pytest

from tests.custom.support import KERAS_COPIES
from tests.experiments.eager import OF_EAGER_STEPS, _all_steps_at_once  # noqa: F401 (a fixture)
from tests.experiments.tune.searching import (
    GIVEN,
    STACKED,
    Preprocessing,
    compiled,
    executions,
    network,
    random,
    searched,
    statuses,
    trials,
    tuner,
    values,
)

pytestmark = [KERAS_COPIES, OF_EAGER_STEPS, pytest.mark.usefixtures("_all_steps_at_once")]


def of_steps(hp):
    return compiled(network(3, hp.Choice("activation", ["relu", "tanh"])), hp.Float("rate", 0.125, 0.5, step=0.125))


ORACLES = {
    "random": lambda: random(max_trials=3),
    "bayesian": lambda: keras_tuner.oracles.BayesianOptimizationOracle(
        objective="val_accuracy", max_trials=3, num_initial_points=2, seed=1
    ),
    "hyperband": lambda: keras_tuner.oracles.HyperbandOracle(objective="val_accuracy", max_epochs=2, factor=2, seed=1),
    "grid": lambda: keras_tuner.oracles.GridSearchOracle(objective="val_accuracy"),
}


@pytest.mark.parametrize(("name", "count"), [("random", 3), ("bayesian", 3), ("hyperband", 5), ("grid", 8)])
def test_every_oracle_comes_to_its_end_once(name, count, tmp_path):
    made = tuner(tmp_path, of_steps, ORACLES[name]())
    assert searched(made, **GIVEN) == STACKED
    assert statuses(made) == ["COMPLETED"] * count
    best = made.get_best_hyperparameters()[0].values
    assert best in values(made)
    assert best["activation"] in ("relu", "tanh") and 0.125 <= best["rate"] <= 0.5
    if name == "grid":
        assert len({(trial["activation"], trial["rate"]) for trial in values(made)}) == count
    again = tuner(tmp_path, of_steps, ORACLES[name]())
    searched(again, **GIVEN)
    assert values(again) == values(made)
    assert len(executions(again)) == count


def test_a_bayesian_oracle_learns_unless_it_is_told_otherwise(tmp_path, monkeypatch):
    oracle = keras_tuner.oracles.BayesianOptimizationOracle(
        objective="val_accuracy", max_trials=9, num_initial_points=2, seed=1
    )
    seen = []
    fit = oracle.gpr.fit
    monkeypatch.setattr(oracle.gpr, "fit", lambda x, y: (seen.append(len(x)), fit(x, y)))
    made = tuner(tmp_path, oracle=oracle)
    assert searched(made, **GIVEN) == STACKED
    assert seen == [8]
    assert statuses(made) == ["COMPLETED"] * 9


class Counting(Preprocessing):
    """Notes how long it is to train."""

    def fit(self, hp, model, *arguments, epochs=1, initial_epoch=0, **options):
        wanted = hp.get("tuner/epochs"), hp.get("tuner/initial_epoch")
        self.epochs = [*getattr(self, "epochs", []), (wanted, (epochs, initial_epoch))]
        return {"val_accuracy": epochs / 10 + hp.get("rate")}


def test_hyperband_decides_the_epochs_of_trials_that_are_not_stacked(tmp_path):
    hypermodel = Counting()
    made = tuner(tmp_path, hypermodel, ORACLES["hyperband"]())
    assert searched(made, **GIVEN) == "Counting has a fit of its own"
    assert {given for _, given in hypermodel.epochs} == {(1, 0), (2, 0), (2, 1)}
    assert all(wanted == given for wanted, given in hypermodel.epochs)


class Failing(Preprocessing):
    def fit(self, hp, model, *arguments, **options):
        raise ValueError("the disk is full")


@pytest.mark.parametrize(("allowed", "retries"), [(3, 0), (2, 1)])
def test_errors_in_a_row_end_a_search_and_are_told(allowed, retries, tmp_path):
    oracle = random(max_trials=9, max_consecutive_failed_trials=allowed, max_retries_per_trial=retries)
    made = tuner(tmp_path, Failing(), oracle)
    with pytest.raises(RuntimeError, match=r"(?s)Number of consecutive failures exceeded.*the disk is full"):
        searched(made, **GIVEN)
    assert statuses(made) == ["FAILED"] * allowed


def picky(hp):
    units = hp.Choice("units", [3, 4, 40])
    if units == 40:
        raise keras_tuner.errors.FailedTrialError("too wide")
    return compiled(network(units))


def sized(hp):
    """With an `Input`, for what has no weights yet is of no size to keras-tuner."""
    return compiled(keras.Sequential([keras.Input((2, 2)), *network(hp.Choice("units", [40, 3, 4])).layers]))


@pytest.mark.parametrize(
    ("hypermodel", "message", "options"),
    [(picky, "too wide", {}), (sized, "Oversized model: 323 parameters", {"max_model_size": 40})],
)
def test_models_that_are_refused_fail_and_the_others_go_on(hypermodel, message, options, tmp_path):
    made = tuner(tmp_path, hypermodel, keras_tuner.oracles.GridSearchOracle(objective="val_accuracy"), **options)
    searched(made, **GIVEN)
    by_units = {trial.hyperparameters.get("units"): trial for trial in trials(made)}
    assert {units: trial.status for units, trial in sorted(by_units.items())} == {
        3: "COMPLETED",
        4: "COMPLETED",
        40: "FAILED",
    }
    assert message in by_units[40].message
    rows = executions(made).set_index("units")
    assert dict(rows["status"]) == {3: "ok", 4: "ok", 40: "failed"}
    assert message in rows.loc[40, "error"]
