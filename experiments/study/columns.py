"""The schema of a row: which columns a trial's outcome has, in which order. No TensorFlow, no pandas."""

import re
from collections.abc import Iterable
from typing import TypeAlias

from experiments.study.types import Plain

TrialRow: TypeAlias = dict[str, Plain]  # the outcome of a trial, by the columns of `trials.csv`
EpochRow: TypeAlias = dict[str, Plain]  # an epoch of a trial, by the columns of `history.csv`

STATUSES = ("ok", "diverged", "failed")
IDENTITY = ("study", "trial", "cell", "seed", "task", "model")
LEADING_SETTINGS = ("activation", "loss", "regularizer", "learning_rate", "optimizer", "batch_size", "epochs")
CORRECT_COLUMNS = ("trial", "test_set", "examples", "correct")  # of `correct.csv`
RATE = "learning_rate"
LOSSES = ("train_loss", "validation_loss")
CONSTANT = "constant_score"  # what the same prediction for every example scores on the trial's validation examples
ENDING = ("parameters", "epochs_run", "seconds", "engine", "error", CONSTANT)


def ordered_settings(names: Iterable[str]) -> list[str]:
    """Settings as columns: the well-known ones first, then the others as they come.

    >>> ordered_settings(["units", "epochs", "activation"])
    ['activation', 'epochs', 'units']
    """
    names = list(names)
    return [name for name in LEADING_SETTINGS if name in names] + [
        name for name in names if name not in LEADING_SETTINGS
    ]


FIGURES = ("gradient_norm", "saturated", "dead", "active", "zero", "near_zero")


def telemetry_columns(names: Iterable[str]) -> list[str]:
    """The columns among some names that are figures of a layer, in order.

    >>> telemetry_columns(["zero/dense_10", "zero/dense_9", "epoch", "dead/dense_0", "zero/dense_9"])
    ['dead/dense_0', 'zero/dense_9', 'zero/dense_10']
    """

    def place(name: str) -> tuple[int, list[tuple[int, str]]]:
        figure, layer = name.split("/", maxsplit=1)
        return FIGURES.index(figure), [
            (int(part or 0), part) if part.isdigit() else (0, part) for part in _parts(layer)
        ]

    return sorted({name for name in names if name.split("/")[0] in FIGURES and "/" in name}, key=place)


def _parts(name: str) -> list[str]:
    return re.split(r"(\d+)", name)


def trial_columns(settings: Iterable[str], metrics: Iterable[str], telemetry: Iterable[str] = ()) -> list[str]:
    """Columns of `trials.csv`.

    >>> trial_columns(["activation"], ["accuracy"])[6:11]
    ['activation', 'status', 'train_loss', 'validation_loss', 'validation_accuracy']
    """
    metrics = list(metrics)
    scores = [f"{part}_{metric}" for part in ("validation", "test") for metric in metrics]
    return [*IDENTITY, *ordered_settings(settings), "status", *LOSSES, *scores, *telemetry, *ENDING]


def history_columns(metrics: Iterable[str], telemetry: Iterable[str] = ()) -> list[str]:
    """Columns of `history.csv`.

    >>> history_columns(["accuracy"])
    ['trial', 'epoch', 'train_loss', 'validation_loss', 'validation_accuracy']
    """
    return ["trial", "epoch", *LOSSES, *(f"validation_{metric}" for metric in metrics), *telemetry]
