"""Does a stack give what `fit` gives? Mean test accuracy of 8 cells on digits over 200 seeds, by both.

    python benchmarks/equivalence.py               (20 to 40 minutes)
    python benchmarks/equivalence.py --seeded      (with `keras.utils.set_random_seed` before every `fit`)

`fit` shuffles in its own way and draws its own initial weights; only the split of a seed is the same. So single
trials differ, and means, spreads and the order of cells must not. Two one-sided t tests, at 5 % each, say whether
a cell's mean differs by less than 0.3 percentage points. Nothing is asserted.

With a global seed, `fit` on TensorFlow gives every epoch the same order of examples (Keras 3.15.1: the shuffle is an
operation of a data set, and starts from its seed again with every epoch). So the seed is left unset, unless asked for.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from cases import Case, network
from contenders.fit_loop import flat_data
from scipy import stats

from experiments.run import runner
from experiments.study.trial import Trial
from experiments.train.executors.catalog import make_executor

CELLS = {
    "activation": ["relu", "tanh"],
    "loss": ["cross_entropy", "mean_squared_error"],
    "learning_rate": [1e-3, 1e-2],
    "regularizer": ["none"],
}
MARGIN = 0.003


def by_fit(case: Case, trials: list[Trial], seeded: bool) -> pd.DataFrame:
    """Test accuracies by `fit`; a cell's model is compiled once, and begins anew for each seed."""
    import keras
    import tensorflow as tf

    rows = []
    data = flat_data(case, trials)
    for cell in {trial.cell: None for trial in trials}:
        own = [trial for trial in trials if trial.cell == cell]
        model: Any = network(case, own[0])
        for trial in own:
            if seeded:
                keras.utils.set_random_seed(trial.seed)
            else:
                tf.random.set_seed(None)
            for place, layer in enumerate(model.layers):
                start = keras.initializers.GlorotUniform(1000 * trial.seed + place)
                layer.kernel.assign(start(layer.kernel.shape))
                layer.bias.assign(np.zeros(layer.bias.shape))
            for variable in model.optimizer.variables if model.optimizer.built else []:
                if variable is not model.optimizer._learning_rate:
                    variable.assign(np.zeros(variable.shape))
            (x, y), _, test = data[trial.seed]
            model.fit(x, y, batch_size=case.batch_size, epochs=case.epochs, verbose=0)
            accuracy = model.evaluate(*test, verbose=0, batch_size=len(test[0]))[1]
            rows.append({"cell": cell, "seed": trial.seed, "fit": accuracy})
    return pd.DataFrame(rows)


def as_stacks(case: Case) -> pd.DataFrame:
    """Test accuracies of stacks."""
    with tempfile.TemporaryDirectory() as folder:
        executor = make_executor("processes", Path(os.devnull), 2)
        try:
            summary = runner.run(case.study, Path(folder), executor, engine="fused")
        finally:
            executor.stop()
        return pd.read_csv(summary.folder / "trials.csv").rename(columns={"test_accuracy": "stack"})


def main() -> None:
    """Train by both, and print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--seeded", action="store_true", help="set Keras' global seed before every fit")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".csv"))
    arguments = parser.parse_args()
    case = Case("digits", {"name": "digits"}, {"units": [64, 64]}, 32, 10, CELLS, arguments.seeds, 0)
    stacks = as_stacks(case)
    both = stacks.merge(by_fit(case, case.study.trials, arguments.seeded), on=["cell", "seed"])
    names = ["activation", "loss", "learning_rate"]
    both[["cell", "seed", *names, "fit", "stack"]].to_csv(arguments.out, index=False)
    titles = ["cell", "fit", "stack", "difference, 90 % interval", "equivalent", "spread, stack ÷ fit"]
    print(f"| {' | '.join(titles)} |\n{'|---' * len(titles)}|")
    for _, own in both.groupby("cell"):
        difference = own["stack"] - own["fit"]
        error = difference.std(ddof=1) / len(own) ** 0.5
        low, high = stats.t.interval(0.90, len(own) - 1, difference.mean(), error)
        within = low > -MARGIN and high < MARGIN
        cell = ", ".join(str(own[name].iloc[0]) for name in names)
        print(
            f"| {cell} | {own['fit'].mean():.4f} | {own['stack'].mean():.4f} | {100 * difference.mean():+.3f} points "
            f"({100 * low:+.3f} to {100 * high:+.3f}) | {'yes' if within else 'no'} | "
            f"{own['stack'].std() / own['fit'].std():.2f} |"
        )
    means = both.groupby("cell")[["fit", "stack"]].mean()
    between = stats.spearmanr(means["fit"], means["stack"]).statistic
    halves = [both[both["seed"] % 2 == half].groupby("cell")["fit"].mean().rename(str(half)) for half in (0, 1)]
    within_fit = stats.spearmanr(*halves).statistic
    print(f"\nrank correlation of the cells: stack and fit {between:.3f}; two halves of fit's seeds {within_fit:.3f}")


if __name__ == "__main__":
    main()
