"""keras-tuner's metrics: which one was searched for, and the columns that they get."""

import math
from collections.abc import Iterable
from pathlib import Path

from experiments.errors import RequestError, unknown
from experiments.interchange.imports.keras_tuner_files import Metric, Trial

VALIDATION = "val_"
# Keras' names of one thing, by the name that studies have for it
_SAME = {
    **dict.fromkeys(("acc", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy"), "accuracy"),
    "mae": "mean_absolute_error",
    "mse": "mean_squared_error",
    "default_objective": "objective",
}


def best_value(metric: Metric) -> float:
    """The best of a metric's observations, as keras-tuner scores a trial; NaN where none is a number."""
    means = [observation.mean for observation in metric.observations if not math.isnan(observation.mean)]
    return (max if metric.direction == "max" else min)(means, default=math.nan)


def objective_of(trials: list[Trial], wanted: str | None, place: Path) -> tuple[str, str] | None:
    """The metric that was searched for and its direction, which no file names: the one that every score is the best of.

    Metrics of validation come first, then the order in which they were reported. None where no trial has any metric.
    wanted: its name, where it is known.

    Raises RequestError where `wanted` is no metric of the trials, or no metric fits the scores.
    """
    directions = {name: metric.direction for trial in trials for name, metric in trial.metrics.metrics.items()}
    if wanted is not None:
        if wanted not in directions:
            nothing = f'--objective: got "{wanted}", the trials in {place} have no metrics'
            raise RequestError(unknown("--objective", wanted, directions) if directions else nothing)
        return wanted, directions[wanted]
    if not directions:
        return None
    scored = [(trial, trial.score) for trial in trials if trial.status == "COMPLETED" and trial.score is not None]
    fits = [name for name in directions if all(_fits(trial, score, name) for trial, score in scored)]
    fits = [name for name in fits if name.startswith(VALIDATION)] or fits
    if not scored:
        return (fits[0], directions[fits[0]])
    if len({directions[name] for name in fits}) != 1:
        raise RequestError(
            f"{place}: which metric was searched for is not clear from the scores; give --objective, one of "
            f"{', '.join(directions)}"
        )
    return fits[0], directions[fits[0]]


def _fits(trial: Trial, score: float, name: str) -> bool:
    """Whether a trial's score may be the best value of a metric."""
    metric = trial.metrics.metrics.get(name)
    if metric is None:
        return False
    best = best_value(metric)
    return best == score or math.isclose(best, score, rel_tol=1e-9) or (math.isnan(best) and math.isnan(score))


def metric_names(names: Iterable[str], objective: str) -> dict[str, str]:
    """The name that each metric has in rows (`validation_<name>`), the objective first.

    What was measured on the training data has none, unless it was searched for.

    >>> metric_names(["loss", "accuracy", "val_loss", "val_acc"], "val_acc")
    {'val_acc': 'accuracy', 'val_loss': 'loss'}
    >>> metric_names(["loss", "accuracy"], "accuracy"), metric_names(["f1"], "f1")
    ({'accuracy': 'training_accuracy'}, {'f1': 'f1'})
    """
    names = list(dict.fromkeys([objective, *names]))
    name_of: dict[str, str] = {}
    for name in names:
        own = name.removeprefix(VALIDATION)
        training = own == name and ("loss" in names or VALIDATION + name in names)
        if training and name != objective:
            continue
        ours = f"training_{own}" if training else _SAME.get(own, own)
        name_of[name] = own if ours in name_of.values() else ours
    return name_of
