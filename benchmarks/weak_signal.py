"""Are the means of a page those of all trials where the signal is weak? Simulated studies in which the truth is known.

    python benchmarks/weak_signal.py               (some minutes)

Every data set is one of three arms over 20 seeds: accuracies on 60 validation examples, near what the constant
prediction scores, so that many trials are no better than it. A seed moves all arms alike. The rows go the way of any
run: results folder, page, notebook, and the choice of the trial that becomes `best.keras`. Counted are how far the
page's means lie from the truth on average, and whether page, `Results.cells()`, `Results.best()` and the choice for
`best.keras` name one cell. Nothing is asserted.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.api import Results
from experiments.report.page_findings import PageFindings
from experiments.report.tables.tables import best_table
from experiments.results.results import read_results
from experiments.run.best import best_trial
from experiments.store.csvs import csv_text, in_order
from experiments.study.columns import trial_columns
from experiments.study.study import Study
from experiments.study.study_table import read

TRUE = {"relu": 0.56, "tanh": 0.57, "sigmoid": 0.54}
SEEDS, EXAMPLES = 20, 60
SHARED, CONSTANT = 0.03, (0.50, 0.58)  # how far a seed moves all arms; between what the constant prediction scores


def study() -> Study:
    """Three activations over the seeds."""
    table = {"name": "weak", "task": "xor", "factors": {"activation": list(TRUE)}, "seeds": SEEDS, "epochs": 1}
    return read(table)


def rows(declared: Study, generator: np.random.Generator) -> list[dict[str, Any]]:
    """A row per trial, as a run keeps it; every trial is finite."""
    moved, constant = generator.normal(0, SHARED, SEEDS), generator.uniform(*CONSTANT, SEEDS)
    table = []
    for trial in declared.trials:
        labels = declared.labels(trial.settings)
        share = TRUE[labels["activation"]] + moved[trial.seed]
        score = generator.binomial(EXAMPLES, share) / EXAMPLES
        same = {
            "study": declared.name,
            "trial": trial.id,
            "cell": trial.cell,
            "seed": trial.seed,
            "task": declared.task,
        }
        scores = {"validation_accuracy": score, "test_accuracy": score, "constant_score": constant[trial.seed]}
        table.append(
            {**same, "model": declared.model, **labels, "status": "ok", **scores, "epochs_run": 1, "seconds": 1.0}
        )
    return table


def simulate(count: int, folder: Path) -> pd.DataFrame:
    """A row per data set: `relu, tanh, sigmoid`, the page's means less the truth; `nothing`, the share of trials that
    learned nothing; `apart`, how far the page's means lie from those of all trials, at most; `agree`, whether page,
    notebook and the choice for `best.keras` name one cell and trial.
    """
    declared, tables = study(), []
    manifest = {"study": declared.describe(), "primary": declared.primary, "direction": declared.direction}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for seed in range(count):
        trials = rows(declared, np.random.default_rng(seed))
        columns = trial_columns(declared.settings, declared.metrics)
        (folder / "trials.csv").write_text(csv_text(columns, in_order(trials, declared.settings)), encoding="utf-8")
        page, notebook = PageFindings(read_results(folder)), Results(folder)
        trial = next(row for row in trials if row["trial"] == best_trial(declared, trials))
        named = {
            page.best["activation"],
            best_table(page).rows[0][1].text,
            notebook.cells()["activation"].iloc[0],
            notebook.best()["activation"],
            trial["activation"],
        }
        means = page.cells.set_index("activation")["validation_mean"]
        plain = pd.DataFrame(trials).groupby("activation")["validation_accuracy"].mean()
        one_trial = {page.best_trial, notebook.best()["trial"], trial["trial"]}
        tables.append(
            {arm: means[arm] - true for arm, true in TRUE.items()}
            | {"apart": (means - plain).abs().max()}
            | {"nothing": page.learned_nothing / len(trials), "agree": len(named) == len(one_trial) == 1}
        )
    return pd.DataFrame(tables)


def main() -> None:
    """Simulate and count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=500)
    count = parser.parse_args().studies
    with tempfile.TemporaryDirectory() as folder:
        found = simulate(count, Path(folder))
    print(f"{count} studies of three arms, {SEEDS} seeds; {found['nothing'].mean():.0%} of the trials learned nothing")
    for arm in TRUE:
        error, uncertain = 100 * found[arm].mean(), 100 * found[arm].std() / np.sqrt(count)
        print(f"{arm}: the page's mean less the truth {error:+.3f} points, standard error {uncertain:.3f}")
    print(f"the page's means lie {found['apart'].max():.1g} from those of all trials, at most")
    print(f"page, cells(), best() and best.keras name one cell and trial in {found['agree'].sum()} of {count}")


if __name__ == "__main__":
    main()
