"""A search among cells that are all equal: how much the best flatters, and whether confirmed intervals hold.

    python benchmarks/null_search.py               (some minutes)

Cells differ in a number that is added to the seed of the initial weights, and in nothing else; so all of them are
equal, but for luck. Every repeat trains 20 cells on 3 seeds of its own, takes the best mean, and trains that cell on
20 more seeds. The truth is the mean over all trials. Real training, on the toy; nothing is asserted.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.confirmation import confirm
from experiments.analysis.ranking import ranking
from experiments.run import runner
from experiments.study.study_table import read
from experiments.train.executors.catalog import make_executor

CELLS, SEARCHED, FRESH = 20, 3, 20
SCORE, TEST = "validation_accuracy", "test_accuracy"


def net(input_shape: Any, outputs: int, seed: int, salt: int = 0) -> Any:
    """A perceptron of two hidden layers; `salt` changes its initial weights."""
    import keras

    def dense(units: int, place: int, activation: str) -> Any:
        start = keras.initializers.GlorotUniform(1000 * seed + 10 * salt + place)
        return keras.layers.Dense(units, activation, kernel_initializer=start)

    layers = [dense(16, 0, "tanh"), dense(16, 1, "tanh"), dense(outputs, 2, "sigmoid")]
    return keras.Sequential([keras.Input(input_shape), *layers])


def study(name: str, seeds: list[int]) -> Any:
    """The cells over some seeds."""
    table = {
        "name": name,
        "task": {"name": "moons", "n": 640, "noise": 0.3},
        "model": {"kind": f"{Path(__file__).resolve()}:net"},
        "factors": {"salt": list(range(CELLS))},
        "seeds": seeds,
        "epochs": 20,
        "learning_rate": 3e-3,
    }
    return read(table, folder=str(Path(__file__).parent))


def train_cells(made: Any, folder: Path) -> pd.DataFrame:
    """Rows of a study's trials."""
    executor = make_executor("processes", folder / "log.txt", os.cpu_count() or 1)
    try:
        summary = runner.run(made, folder, executor, engine="fused", say=lambda line: print(line, flush=True))
    finally:
        executor.stop()
    return pd.read_csv(summary.folder / "trials.csv")


def best_of(trials: pd.DataFrame) -> pd.DataFrame:
    """`cell, searched` of the cell that ranks first, one row."""
    columns = (trials["cell"], trials["seed"], trials["status"], trials[SCORE])
    best = ranking(zip(*columns, strict=True), "max").best
    return pd.DataFrame({"cell": [best.cell], "searched": [best.mean]})


def main() -> None:
    """Search, confirm, and count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=200)
    repeats = parser.parse_args().repeats
    every = SEARCHED + FRESH
    looked = {repeat: list(range(repeat * every, repeat * every + SEARCHED)) for repeat in range(repeats)}
    fresh = {repeat: list(range(repeat * every + SEARCHED, (repeat + 1) * every)) for repeat in range(repeats)}
    with tempfile.TemporaryDirectory() as folder:
        search = train_cells(study("search", [seed for some in looked.values() for seed in some]), Path(folder))
        best = {repeat: best_of(search[search["seed"].isin(looked[repeat])]) for repeat in looked}
        again = study("again", [seed for some in fresh.values() for seed in some])
        wanted = {(table["cell"].iloc[0], seed) for repeat, table in best.items() for seed in fresh[repeat]}
        again.__dict__["trials"] = [trial for trial in again.trials if (trial.cell, trial.seed) in wanted]
        rows = train_cells(again, Path(folder))
    truth = pd.concat([search, rows])[[SCORE, TEST]].mean()
    confirmed = pd.concat(
        [confirm(best[repeat], rows[rows["seed"].isin(fresh[repeat])], SCORE, TEST) for repeat in looked],
        ignore_index=True,
    )
    print(f"{repeats} searches among {CELLS} equal cells, {SEARCHED} seeds each; truth {truth[SCORE]:.4f}")
    above = confirmed["searched"] > truth[SCORE]
    optimism = confirmed["searched"] - truth[SCORE]
    print(
        f"the search's best lies above the truth in {above.sum()} of {repeats}, by {100 * optimism.mean():.2f} points"
    )
    for name, low, high in ((SCORE, "low", "high"), (TEST, "test_low", "test_high")):
        inside = (confirmed[low] <= truth[name]) & (truth[name] <= confirmed[high])
        ends = stats.binomtest(int(inside.sum()), repeats).proportion_ci(method="wilson")
        print(
            f"{name}: the confirmed 95 % interval covers the truth in {inside.mean():.1%} "
            f"({ends.low:.1%} to {ends.high:.1%}); mean on fresh seeds minus truth "
            f"{100 * np.mean(confirmed['fresh' if low == 'low' else 'test'] - truth[name]):+.2f} points"
        )


if __name__ == "__main__":
    main()
