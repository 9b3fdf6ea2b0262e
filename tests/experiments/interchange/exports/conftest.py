"""A study's results with all that an export may meet, and their CSVs."""

import json

import pandas as pd
import pytest

from experiments.interchange.exports.results import settings_of
from experiments.store.csvs import write_csvs
from experiments.store.journal import Journal, Outcome

STARTED = 1767323045  # 2026-01-02T03:04:05+00:00
MANIFEST = {
    "study": {
        "name": "all-sorts",
        "question": "Größer?",
        "task": "xor",
        "model": "mlp",
        "design": "grid",
        "seeds": [0, 1],
        "factors": {
            "activation": ["relu", "tanh"],
            "regularizer": ["none", 0.5],
            "learning_rate": [1, 0.01],
            "loss.huber.delta": {"min": 0.1, "max": 2.0, "scale": "linear"},
        },
        "settings": {
            "activation": "relu",
            "loss": "huber",
            "regularizer": "none",
            "learning_rate": 0.01,
            "epochs": 2,
            "units": "8-8",
            "batch_normalization": False,
            "schedule": "constant",
        },
    },
    "metrics": ["accuracy"],
    "primary": "accuracy",
    "direction": "max",
    "started": "2026-01-02T03:04:05+00:00",
}
COMMON = {
    "study": "all-sorts", "task": "xor", "model": "mlp", "activation": "relu", "loss": "huber", "regularizer": "none",
    "learning_rate": 0.01, "epochs": 2, "units": "8-8", "batch_normalization": False, "loss.huber.delta": 0.3,
}  # fmt: skip
OTHER = COMMON | {"activation": "tanh", "regularizer": 0.5, "learning_rate": 1, "loss.huber.delta": None}
LAST = {
    "train_loss": 0.25,
    "validation_loss": 1 / 3,
    "validation_accuracy": 0.1 + 0.2,
    "gradient_norm/dense_0": 1e-9,
}
HISTORY = [{"epoch": 1, **LAST, "train_loss": 0.5, "validation_accuracy": 0.75}, {"epoch": 2, **LAST}]
ENDING = {"parameters": 33, "epochs_run": 2, "seconds": 1.5, "engine": "fused"}
OUTCOMES = [
    Outcome(
        "a0", COMMON | {"trial": "a0", "cell": "ca", "seed": 0, "status": "ok", "test_accuracy": 0.625} | LAST | ENDING,
        HISTORY,
    ),
    Outcome(
        "a1", COMMON | {"trial": "a1", "cell": "ca", "seed": 1, "status": "failed", "engine": "serial", "epochs_run": 0,
                        "seconds": 0.25, "error": 'ValueError: got "ü", no number'},
    ),
    Outcome(
        "b0", OTHER | {"trial": "b0", "cell": "cb", "seed": 0, "status": "diverged"} | ENDING | {"epochs_run": 1},
        HISTORY[:1],
    ),
    Outcome("b1", OTHER | {"trial": "b1", "cell": "cb", "seed": 1, "status": "diverged"} | ENDING | {"epochs_run": 0}),
]  # fmt: skip


@pytest.fixture
def study_folder(tmp_path):
    """`results/all-sorts`: a trial that is ok, one that failed, two that diverged, after an epoch and at once."""
    return written(tmp_path)


@pytest.fixture(scope="module")
def read_only_study(tmp_path_factory):
    """The same for all tests of a file, which leave it as it is."""
    return written(tmp_path_factory.mktemp("shared"))


def written(place):
    folder = place / "results" / "all-sorts"
    folder.mkdir(parents=True)
    journal = Journal(folder / "journal.sqlite")
    journal.add(*reversed(OUTCOMES))
    write_csvs(journal, folder, settings_of(MANIFEST), ("accuracy",))
    journal.close()
    (folder / "manifest.json").write_text(json.dumps(MANIFEST, ensure_ascii=False), encoding="utf-8")
    return folder


@pytest.fixture
def csv(study_folder):
    """A function: a CSV of the study as text, by trial."""
    return lambda name: pd.read_csv(study_folder / name, dtype=str, keep_default_na=False)
