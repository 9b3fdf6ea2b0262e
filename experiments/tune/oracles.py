"""keras-tuner's oracles by name, with what they leave open: seed 0, many trials at once, no end after failures."""

from collections.abc import Callable

import keras_tuner
from keras_tuner.engine.trial import Trial

from experiments.tune.keras_tuner_internals import go_on_from, keep_in_memory, set_seed

_KINDS: dict[str, Callable[..., keras_tuner.Oracle]] = {
    "random": keras_tuner.oracles.RandomSearchOracle,
    "grid": keras_tuner.oracles.GridSearchOracle,
    "bayesian": keras_tuner.oracles.BayesianOptimizationOracle,
    "hyperband": keras_tuner.oracles.HyperbandOracle,
}


def make_oracle(
    tuner: str,
    hyperparameters: keras_tuner.HyperParameters,
    objective: str,
    direction: str,
    seed: int,
    **options: object,
) -> keras_tuner.Oracle:
    """An oracle in memory: what it proposes follows from its seed and from the scores that it is told.

    tuner: "random", "grid", "bayesian" or "hyperband". objective: the name of a score, direction: "max" or "min".
    options: of the oracle, such as `max_trials`.
    """
    oracle = _KINDS[tuner](
        objective=keras_tuner.Objective(objective, direction),
        hyperparameters=hyperparameters,
        seed=seed,
        max_consecutive_failed_trials=2**31,  # a search goes on, whatever diverges
        **options,
    )
    return prepare(oracle, seed)


def prepare(oracle: keras_tuner.Oracle, seed: int) -> keras_tuner.Oracle:
    """The same oracle, which now takes 0 for a seed and writes nothing: the journal has all that it is told."""
    keep_in_memory(set_seed(oracle, seed))
    return oracle


def ask(oracle: keras_tuner.Oracle, count: int, *, begin: Callable[[Trial], None] = lambda trial: None) -> list[Trial]:
    """Up to `count` new trials; fewer where the oracle waits for scores, none at the end.

    begin: called with each trial before the next is asked for.
    """
    found: list[Trial] = []
    for place in range(count):
        trial = oracle.create_trial(f"{len(oracle.trials)}-{place}")
        if trial.status != "RUNNING":
            break
        found.append(trial)
        begin(trial)
        go_on_from(oracle, trial)
    return found


def tell(oracle: keras_tuner.Oracle, trial: Trial, score: float | None) -> None:
    """Tell the oracle a trial's score; None where it has none, for it diverged or failed."""
    if score is None:
        trial.status = "FAILED"
    else:
        oracle.update_trial(trial.trial_id, {oracle.objective.name: score})
        trial.status = "COMPLETED"
    oracle.end_trial(trial)
