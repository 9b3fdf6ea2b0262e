"""Schedules of the learning rate over a training of a known number of steps, as Keras has them."""

from keras.optimizers import schedules

from experiments.study import catalog
from experiments.study.imports import load
from experiments.study.trial import Trial


def cosine(learning_rate: float, steps: int, *, warmup: float = 0.0, end: float = 0.0) -> schedules.CosineDecay:
    """Up to the rate along a line from 0, then down along half a cosine (Loshchilov and Hutter 2017).

    warmup: share of the steps on the way up, in [0, 1). end: share of the rate that is left at the end, in [0, 1].

    >>> [round(float(cosine(1.0, 8, warmup=0.25)(step)), 3) for step in (0, 1, 2, 5, 8)]
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """
    first = round(warmup * steps)
    if not first:
        return schedules.CosineDecay(learning_rate, steps, alpha=end)
    return schedules.CosineDecay(0.0, max(1, steps - first), alpha=end, warmup_target=learning_rate, warmup_steps=first)


def linear(learning_rate: float, steps: int, *, end: float = 0.0) -> schedules.PolynomialDecay:
    """Down along a line. end: share of the rate that is left at the end, in [0, 1].

    >>> float(linear(1.0, 4)(1))
    0.75
    """
    return schedules.PolynomialDecay(learning_rate, steps, end * learning_rate)


def exponential(learning_rate: float, steps: int, *, end: float = 0.01) -> schedules.ExponentialDecay:
    """The same factor at every step. end: share of the rate that is left at the end, in (0, 1].

    >>> round(float(exponential(1.0, 4)(2)), 6)
    0.1
    """
    return schedules.ExponentialDecay(learning_rate, steps, end)


def step(learning_rate: float, steps: int, *, drops: int = 2, factor: float = 0.1) -> schedules.ExponentialDecay:
    """Constant between drops, which are equally far apart. drops: how many. factor: of each, in [0, 1].

    >>> [round(float(step(1.0, 9)(at)), 6) for at in (0, 2, 3, 6)]
    [1.0, 1.0, 0.1, 0.01]
    """
    return schedules.ExponentialDecay(learning_rate, max(1.0, steps / (drops + 1)), factor, staircase=True)


def is_scheduled(trial: Trial) -> bool:
    """Whether the learning rate of a trial changes while it trains."""
    return bool(trial.settings.get("schedule", {"name": "constant"})["name"] != "constant")


def learning_rate(trial: Trial, steps: int, folder: str | None = None) -> float | schedules.LearningRateSchedule:
    """A trial's learning rate for an optimizer: a number, or a schedule over some steps.

    A schedule of the user's own is called as those here, `(learning_rate, steps, **settings)`.
    """
    rate, level = trial.settings["learning_rate"], trial.settings["schedule"]
    if not is_scheduled(trial):
        return rate
    part = catalog.SCHEDULES.get(level["name"])
    settings = {key: value for key, value in level.items() if key != "name"}
    return load(part.target if part else level["name"], folder, "schedule")(rate, steps, **settings)
