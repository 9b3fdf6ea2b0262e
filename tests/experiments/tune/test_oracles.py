"""Oracles: the same proposals as keras-tuner's own, whatever is asked at once, any seed, and no files."""

import keras_tuner
import pytest

from experiments.tune import oracles
from experiments.tune.space import space
from tests.experiments.studies import tiny

STUDY = tiny(factors={"activation": ["relu", "tanh", "elu"], "learning_rate": [0.01, 0.1, 1.0], "batch_size": [8, 16]})
OBJECTIVE = keras_tuner.Objective("validation_accuracy", "max")
OWN = {
    "random": keras_tuner.oracles.RandomSearchOracle,
    "grid": keras_tuner.oracles.GridSearchOracle,
    "bayesian": keras_tuner.oracles.BayesianOptimizationOracle,
    "hyperband": keras_tuner.oracles.HyperbandOracle,
}
OPTIONS = {
    "random": {"max_trials": 10},
    "grid": {"max_trials": 14},
    "bayesian": {"max_trials": 6, "num_initial_points": 4},
    "hyperband": {"max_epochs": 9},
}


def score(trial):
    values = trial.hyperparameters.values
    return 0.5 + 0.1 * values["learning_rate"] + 0.01 * values["batch_size"] + 0.001 * len(values["activation"])


def proposed(made, together, score=score):
    found = []
    while some := oracles.ask(made, together):
        for trial in some:
            found.append(dict(trial.hyperparameters.values))
            oracles.tell(made, trial, score(trial))
    return found


def ours(tuner, seed=3, **options):
    return oracles.make_oracle(tuner, space(STUDY), "validation_accuracy", "max", seed, **(OPTIONS[tuner] | options))


@pytest.mark.parametrize("tuner", OWN)
def test_one_at_a_time_they_propose_what_keras_tuners_own_do(tuner, tmp_path):
    own = OWN[tuner](objective=OBJECTIVE, hyperparameters=space(STUDY), seed=3, **OPTIONS[tuner])
    own._set_project_dir(tmp_path, "own")
    own.verbose = 0
    theirs = []
    while (trial := own.create_trial("tuner0")).status == "RUNNING":
        theirs.append(dict(trial.hyperparameters.values))
        own.update_trial(trial.trial_id, {"validation_accuracy": score(trial)})
        trial.status = "COMPLETED"
        own.end_trial(trial)
    assert proposed(ours(tuner), 1) == theirs
    assert len(theirs) >= 6


@pytest.mark.parametrize("tuner", ["random", "grid"])
def test_how_many_are_asked_for_at_once_changes_nothing_where_scores_don_t_matter(tuner):
    assert proposed(ours(tuner), 1) == proposed(ours(tuner), 5) == proposed(ours(tuner), 1000)


@pytest.mark.parametrize("tuner", OWN)
def test_every_search_is_repeatable_and_0_is_a_seed(tuner):
    zero, again = (proposed(ours(tuner, seed=0), 3) for _ in range(2))
    assert zero == again
    if tuner != "grid":
        assert zero != proposed(ours(tuner, seed=1), 3)


@pytest.mark.parametrize("tuner", OWN)
def test_trials_without_a_score_don_t_end_it(tuner):
    found = proposed(ours(tuner), 4, lambda trial: None if trial.hyperparameters.values["learning_rate"] else 0.0)
    assert len(found) >= 6


def test_hyperband_gives_the_rounds_of_a_bracket_together():
    made = ours("hyperband")
    first = oracles.ask(made, 1000)
    assert {trial.hyperparameters.values["tuner/epochs"] for trial in first} > {1}
    for trial in first:
        oracles.tell(made, trial, score(trial))
    best = max(first, key=score).hyperparameters.values["learning_rate"]
    second = oracles.ask(made, 1000)
    assert second[0].hyperparameters.values["learning_rate"] == best
    assert second[0].hyperparameters.values["tuner/initial_epoch"] > 0
