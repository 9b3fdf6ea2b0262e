"""Findings of a study, as if its first cell had been trained and found best; and code, run."""

import pandas as pd

from experiments.analysis.declared import read_declared
from experiments.recipes import recipe
from experiments.report.page_findings import PageFindings
from experiments.results.results import Results
from experiments.study.labels import text
from experiments.study.study_table import read


def study_of(**table):
    """A tiny study; its first cell is the one to recommend."""
    return read({"name": "s", "seeds": 1, "epochs": 1, "batch_size": 16, "factors": {"learning_rate": [0.01]}} | table)


def task_of(study):
    """The task of its first trial."""
    return recipe.task_of(study, study.trials[0].settings)


def findings_of(study, /, **manifest):
    """Its findings."""
    manifest = {
        "study": study.describe(),
        "head": study.head,
        "metrics": list(study.metrics),
        "primary": study.primary,
        "direction": study.direction,
        "data": {"input_shape": list(task_of(study).input_shape)},
    } | manifest
    rows = []
    for place, trial in enumerate(study.trials):
        labels = {name: text(level) for name, level in study.labels(trial.settings).items()}
        score = (1 - place / 100) * (1 if study.direction == "max" else -1)
        rows.append(
            {"trial": trial.id, "cell": trial.cell, "seed": trial.seed, **labels, "status": "ok",
             f"validation_{study.primary}": score, f"test_{study.primary}": score, "epochs_run": 1}
        )  # fmt: skip
    trials = pd.DataFrame(rows)
    history = pd.DataFrame({"trial": [], "epoch": [], f"validation_{study.primary}": []})
    return PageFindings(Results(read_declared(manifest, trials, study.shown_task_settings), manifest, trials, history))


def run(code):
    """Run the code, quietly, and give the names that it leaves."""
    quiet = code.replace("batch_size=", "verbose=0, batch_size=").replace(
        "return_dict=True", "return_dict=True, verbose=0"
    )
    names = {"__name__": "pasted"}
    exec(quiet, names)
    return names
