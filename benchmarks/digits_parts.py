"""The best of some networks on real digits, confirmed: does its interval hold on images that the study never had?

    python benchmarks/digits_parts.py --sets 40    (some minutes)

Each data set is a third of scikit-learn's digits, drawn anew: 598 images, of which the test part is sealed and seeds
split the rest. On each, 12 configurations of a perceptron are trained on 10 seeds; the one with the best mean on
validation data is compared with the first one on 10 fresh seeds. The truth is what it gains on the 1199 images that
were left out, on average over all data sets.

"before": fresh seeds are compared on images that validated when it was chosen, with Student's t over seeds. "after": on
the sealed part, with an interval that allows for its images being a sample. Both are read from the same trials. Real
training; nothing is asserted.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import argparse
import base64
import tempfile
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.declared import Declared
from experiments.analysis.fresh import compare_fresh
from experiments.analysis.overlap import overlap, overlap_of_tests
from experiments.analysis.pairs import compare
from experiments.followups.confirm import FIRST
from experiments.results.results import Results, read_results
from experiments.run import runner
from experiments.study.study import Study
from experiments.study.study_table import read
from experiments.tasks.sealed import sealed_part, split_sealed
from experiments.tasks.split import sizes
from experiments.tasks.task import Data, Task
from experiments.train.executors.catalog import make_executor

COUNT, SEEDS = 598, 10
FACTORS = {"activation": ["relu", "tanh", "elu", "sigmoid"], "learning_rate": [5e-3, 1e-2, 2e-2]}
KEPT = ["cell", "mean", "low", "high"]
FIRST_LEVELS = ("relu", "0.005")  # of the first configuration


def digits_part(*, part: int = 0) -> Task:
    """Digits of which a study has 598; the sealed part tests, and so do, after it, all images that it does not have.

    part: which images it has, drawn by this number.
    """
    return Task("softmax", (64,), 10, partial(_draw, part), sealed=True)


def _draw(part: int, seed: int) -> Data:
    x, y, own, sealed = images(part)
    train, validation = split_sealed(sealed, COUNT, seed, sizes(COUNT, 0.2, 0.2)[1], y[own])
    others = np.setdiff1d(np.arange(len(y)), own)
    return Data(x, y, own[train], own[validation], np.concatenate([own[sealed], others]), scale=1 / 16)


@cache
def images(part: int) -> tuple[np.ndarray, ...]:
    """All images and digits, the indices of those that a study has, and which of these test."""
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    own = np.random.default_rng([16, part]).permutation(len(y))[:COUNT]
    return x.astype(np.uint8), y, own, sealed_part(x[own].astype(np.uint8), y[own], labels=y[own])


def study(sets: int) -> Study:
    """All configurations on all data sets, by seeds that choose and fresh ones."""
    table = {
        "name": "digits-parts",
        "task": {"name": f"{Path(__file__).resolve()}:digits_part"},
        "model": {"units": [32]},
        "factors": {**FACTORS, "part": list(range(sets))},
        "seeds": [*range(SEEDS), *range(FIRST, FIRST + SEEDS)],
        "epochs": 20,
    }
    return read(table, folder=str(Path(__file__).parent))


def main() -> None:
    """Train, compare, and count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=40, help="data sets")
    parser.add_argument("--results", type=Path, help="folder to keep results in; what is there is not trained again")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = given.results or Path(folder)
        executor = make_executor("processes", place / "log.txt", os.cpu_count() or 1)
        try:
            say = partial(print, flush=True)
            found = read_results(runner.run(study(given.sets), place, executor, engine="fused", say=say).folder)
        finally:
            executor.stop()
    report(found)


def report(found: Results) -> None:
    """Print what the chosen configurations gain, and how often intervals hold: theirs, and those of all."""
    truth = gains_on_new(found.trials, found.correct)
    sets = [compare_chosen(own, found.correct, part_of(found.study)) for _, own in found.trials.groupby("part")]
    for at, title in enumerate(("the chosen one on fresh seeds", "all on all seeds")):
        rows = pd.concat([tables[at] for tables in sets]).merge(truth, on=["part", *FACTORS])
        rows["inside"] = (rows["low"] <= rows["true"]) & (rows["true"] <= rows["high"])
        rows["width"] = rows["high"] - rows["low"]
        print(f"\n{title}\n\n| | intervals | gain | on new images | all sets' mean | cover it | width |\n{'|---' * 7}|")
        for when, group in rows.groupby("when", sort=False):
            gains = [f"{100 * group[name].mean():.2f}" for name in ("mean", "own", "true")]
            by_set = group.groupby("part")["inside"].mean()  # comparisons of one set share its images
            half = stats.t.ppf(0.975, len(by_set) - 1) * by_set.sem()
            covered = f"{by_set.mean():.1%} (± {half:.1%})"
            print(f"| {when} | {len(group)} | {' | '.join(gains)} | {covered} | {100 * group['width'].mean():.2f} |")
    errors = truth.groupby(list(FACTORS))["own"].sem()
    print(f"\nstandard errors of the mean over all sets: up to {100 * errors.max():.2f} points")


def part_of(study: Declared) -> Declared:
    """The declaration of one data set, as a study of its 598 images alone would have it."""
    train, validation = sizes(COUNT, 0.2, 0.2)
    data = {"sealed": True, "train": train, "validation": validation, "test": COUNT - train - validation}
    manifest = {"data": data | {"resplit": train + validation}}
    return replace(study, sealed=True, overlap=overlap(manifest), test_overlap=overlap_of_tests(manifest))


def compare_chosen(trials: pd.DataFrame, correct: pd.DataFrame, study: Declared) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Of one data set, before and after: the chosen configuration against the first on fresh seeds, all of them on all
    seeds. Each `part, activation, learning_rate, when, mean, low, high`, with 95 % intervals.
    """
    correct = split_answers(correct[correct["trial"].isin(trials["trial"])], sealed=True)
    trials = trials.assign(**{study.test: trials["trial"].map(correct.set_index("trial")["share"])})
    levels = trials.drop_duplicates("cell").set_index("cell")[["part", *FACTORS]]
    first = levels.index[(levels["activation"] == FIRST_LEVELS[0]) & (levels["learning_rate"] == FIRST_LEVELS[1])][0]
    means = trials[trials["seed"] < FIRST].groupby("cell")[study.validation].mean().drop(first)
    plain, fresh = replace(study, overlap=0.0), trials[trials["seed"] >= FIRST]
    chosen = pd.DataFrame({"cell": [means.idxmax()], "reference_cell": first})
    every = pd.DataFrame({"cell": means.index, "reference_cell": first})
    single = {
        "before": compare(fresh, chosen, plain, 1, step_down=False),
        "after": compare_fresh(fresh, chosen, study, 1, correct, step_down=False),
    }
    more = {
        "validation, before": compare(trials, every, plain, 1, step_down=False),
        "validation, after": compare(trials, every, study, 1, step_down=False),
        "sealed part": compare_fresh(trials, every, study, 1, correct, step_down=False),
    }
    return tuple(
        pd.concat([table[KEPT].assign(when=when) for when, table in tables.items()]).join(levels, on="cell")
        for tables in (single, more)
    )


def split_answers(correct: pd.DataFrame, sealed: bool) -> pd.DataFrame:
    """Rows of `correct.csv` of the sealed part alone, or of new images alone, and the `share` that came out right."""
    held = COUNT - sum(sizes(COUNT, 0.2, 0.2))
    bits = [np.unpackbits(np.frombuffer(base64.b64decode(text), np.uint8)) for text in correct["correct"]]
    bits = [right[: int(count)] for right, count in zip(bits, correct["examples"], strict=True)]
    kept = [right[:held] if sealed else right[held:] for right in bits]
    packed = [base64.b64encode(np.packbits(right).tobytes()).decode() for right in kept]
    return correct.assign(
        correct=packed, examples=[len(right) for right in kept], share=[right.mean() for right in kept]
    )


def gains_on_new(trials: pd.DataFrame, correct: pd.DataFrame) -> pd.DataFrame:
    """`part, activation, learning_rate, own, true`: what a configuration gains over the first on images that a study
    never had, on its own data set and on average over all of them.
    """
    new = trials.merge(split_answers(correct, sealed=False)[["trial", "share"]], on="trial")
    new = new.groupby(["part", *FACTORS])["share"].mean().unstack("part")
    gains = new - new.loc[FIRST_LEVELS]
    own = gains.stack().rename("own").reset_index()
    return own.merge(gains.mean(axis=1).rename("true").reset_index(), on=list(FACTORS))


if __name__ == "__main__":
    main()
