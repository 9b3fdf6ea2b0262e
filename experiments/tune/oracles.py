"""keras-tuner's oracles by name, with what they leave open: seed 0, many trials at once, no end after failures."""

import tempfile
from collections.abc import Callable

import keras_tuner

_MADE: dict[str, Callable[..., keras_tuner.Oracle]] = {
    "random": keras_tuner.oracles.RandomSearchOracle,
    "grid": keras_tuner.oracles.GridSearchOracle,
    "bayesian": keras_tuner.oracles.BayesianOptimizationOracle,
    "hyperband": keras_tuner.oracles.HyperbandOracle,
}


def oracle(
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
    made = _MADE[tuner](
        objective=keras_tuner.Objective(objective, direction),
        hyperparameters=hyperparameters,
        seed=seed,
        max_consecutive_failed_trials=2**31,  # a search goes on, whatever diverges
        **options,
    )
    return prepared(made, seed)


def prepared(made: keras_tuner.Oracle, seed: int) -> keras_tuner.Oracle:
    """An oracle that takes 0 for a seed, and writes nothing: the journal has all that it is told."""
    seeded_by(made, seed)
    made._set_project_dir(tempfile.gettempdir(), "keras-ablations")
    made.save = _nothing
    made._save_trial = _nothing
    made.verbose = 0
    return made


def seeded_by(made: keras_tuner.Oracle, seed: int | None) -> keras_tuner.Oracle:
    """An oracle that draws from a seed; of None, from the one that it has drawn itself."""
    if seed is not None:
        made.seed = made._seed_state = seed  # keras-tuner draws another one for 0
        if hasattr(made, "gpr"):
            made._random_state.seed(seed)
            made.gpr = made._make_gpr()
    return made


def asked(
    made: keras_tuner.Oracle, count: int, seen: Callable[["keras_tuner.engine.trial.Trial"], None] = lambda trial: None
) -> list[keras_tuner.engine.trial.Trial]:
    """Up to `count` new trials; fewer where the oracle waits for scores, none at the end. seen: sees each at once."""
    found = []
    for place in range(count):
        trial = made.create_trial(f"{len(made.trials)}-{place}")
        if trial.status != "RUNNING":
            break
        found.append(trial)
        seen(trial)
        if hasattr(made, "_populate_next"):  # of a grid, which need not wait: its space is known
            made._populate_next.append(trial.trial_id)
    return found


def told(made: keras_tuner.Oracle, trial: keras_tuner.engine.trial.Trial, score: float | None) -> None:
    """Tell the oracle a trial's score; None where it has none, for it diverged or failed."""
    if score is None:
        trial.status = "FAILED"
    else:
        made.update_trial(trial.trial_id, {made.objective.name: score})
        trial.status = "COMPLETED"
    made.end_trial(trial)


def _nothing(*_: object) -> None:
    """Keep nothing on disk."""
