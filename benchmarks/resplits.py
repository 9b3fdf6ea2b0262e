"""One data set, split by every seed: how often what is the same is told apart, before and after a part was sealed.

    python benchmarks/resplits.py --worlds 2000 --real 100

"before": each seed splits the whole data set into 60 % train, 20 % validation, 20 % test, and intervals are Student's t
over the seeds. "after": the test part is sealed (`experiments.tasks.sealed`), seeds split the rest, and intervals have
the corrected resampled variance (`experiments.analysis.overlap`).

Simulated: configurations that are equally good on all data of the kind, but not on the same examples; the rest of what
they get right is drawn anew by every seed. Real: networks of random features on a third of scikit-learn's digits, 598
images drawn anew 100 times; the truth is what they score on the other 1199.
"""

import argparse
import itertools
from collections.abc import Iterable

import numpy as np
import pandas as pd
from sklearn.datasets import load_digits

from experiments.analysis.intervals import intervals
from experiments.analysis.overlap import overlap
from experiments.analysis.right_answers import seeds_and_images
from experiments.tasks.sealed import sealed_part, split_sealed
from experiments.tasks.split import sizes, split

SEEDS = (5, 10, 20)
LASTING = 0.03  # share of examples on which two cells differ whatever the seed
PASSING = (0.0, 0.03)  # share on which they differ with this seed alone
EXAMPLES, CELLS = 600, 12
FRESH = 1_000_000  # the first fresh seed, as `ablations confirm` has it
SEEDS_OF_BOTH = [*range(20), *range(FRESH, FRESH + 20)]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=2000, help="simulated data sets")
    parser.add_argument("--real", type=int, default=100, help="data sets of real digits")
    given = parser.parse_args()
    shared_examples()
    share_told_apart(given.worlds)
    simulate_choice(simulate_right, given.worlds // 4, "simulated", lambda _: np.zeros(CELLS))
    simulate_choice(*real(given.real))


def shared_examples() -> None:
    """How many test examples of a fresh seed were validation examples of 20 others."""
    x, y = load_digits(return_X_y=True)
    for when in ("before", "after"):
        *split_of, fresh = parts(when, y, x, [*range(20), FRESH])
        seen = np.unique(np.concatenate([validation for _, validation, _ in split_of]))
        inside = np.isin(fresh[2], seen).sum()
        print(f"{when}: {inside} of {len(fresh[2])} test examples of a fresh seed had validated one of 20 others")


def parts(when: str, y: np.ndarray, x: np.ndarray, seeds: Iterable[int]) -> list[tuple[np.ndarray, ...]]:
    """Train, validation and test part of every seed."""
    if when == "before":
        return [split(len(y), seed, labels=y) for seed in seeds]
    sealed, held = sealed_part(x, y, labels=y), sizes(len(y), 0.2, 0.2)[1]
    return [(*split_sealed(sealed, len(y), seed, held, y), sealed) for seed in seeds]


def check_overlap(when: str, count: int) -> float:
    """The overlap that intervals allow for."""
    train, validation = sizes(count, 0.2, 0.2)
    data = {"train": train, "validation": validation, "test": count - train - validation, "sealed": True}
    return overlap({"data": data | {"resplit": train + validation}}) if when == "after" else 0.0


def differing(generator: np.random.Generator, shape: tuple[int, ...], share: float) -> np.ndarray:
    """1 where the first of two is right alone, −1 where the second is, each on half of the share."""
    return (generator.random(shape) < share) * generator.choice([-1, 1], shape)


def share_told_apart(worlds: int) -> None:
    """Two equal cells: on what share of pages the interval of the validation gain leaves out 0."""
    rows = []
    for passing, when in itertools.product(PASSING, ("before", "after")):
        gains = np.empty((worlds, max(SEEDS)))
        for world in range(worlds):
            generator = np.random.default_rng([1, world])
            x, y = generator.random((EXAMPLES, 1)), np.zeros(EXAMPLES, int)
            lasting = differing(generator, (EXAMPLES,), LASTING)
            for seed, (_, validation, _) in enumerate(parts(when, y, x, range(max(SEEDS)))):
                gain = lasting + differing(generator, (EXAMPLES,), passing)
                gains[world, seed] = gain[validation].mean()
        for seeds in SEEDS:
            table = intervals(pd.DataFrame(gains[:, :seeds]), overlap=check_overlap(when, EXAMPLES))
            apart = ((table["low"] > 0) | (table["high"] < 0)).mean()
            width = (table["high"] - table["low"]).mean()
            rows.append((f"{100 * passing:g} %", when, seeds, f"{100 * apart:.1f} %", f"{100 * width:.2f}"))
    heads = ["differ with one seed alone", "", "seeds", "two equal ones told apart", "width (points)"]
    print(pd.DataFrame(rows, columns=heads).to_string(index=False))


def simulate_right(world: int, when: str) -> tuple[list[tuple[np.ndarray, ...]], np.ndarray]:
    """The parts of 20 seeds and 20 fresh ones, and who is right where, `[seeds, cells, examples]`."""
    generator = np.random.default_rng([2, world])
    x, y = generator.random((EXAMPLES, 1)), np.zeros(EXAMPLES, int)
    lasting = generator.random((CELLS, EXAMPLES)) < 1 - LASTING / 2
    passing = generator.random((40, CELLS, EXAMPLES)) < 1 - PASSING[1] / 2
    return parts(when, y, x, SEEDS_OF_BOTH), lasting & passing


def simulate_choice(right, worlds: int, name: str, truth) -> None:
    """The cell that 20 seeds choose, against the first cell, on fresh seeds: its gain and its true gain."""
    rows = []
    for when in ("before", "after"):
        gains = []
        for world in range(worlds):
            split_of, answers = right(world, when)
            validation = np.stack([answers[at][:, part[1]].mean(axis=1) for at, part in enumerate(split_of[:20])])
            best = 1 + int(validation[:, 1:].mean(axis=0).argmax())
            fresh = np.arange(20, 40)
            gain = [answers[at, best].astype(float) - answers[at, 0] for at in fresh]
            tests = np.stack([own[split_of[at][2]] for own, at in zip(gain, fresh, strict=True)])
            row = intervals(pd.DataFrame(tests.mean(axis=1)[None])).iloc[0]
            if when == "after":
                row = seeds_and_images(pd.DataFrame(tests))
            true = truth(world)[best] - truth(world)[0]
            gains.append((row["mean"], true, row["low"] <= true <= row["high"]))
        seen, true, held = np.mean(gains, axis=0)
        rows.append((name, when, f"{100 * seen:.2f}", f"{100 * true:.2f}", f"{100 * held:.0f} %"))
    heads = ["", "", "gain on fresh test (points)", "gain on new examples", "interval covers it"]
    print(pd.DataFrame(rows, columns=heads).to_string(index=False))


def real(worlds: int):
    """The same with networks of random features, trained in closed form; what `simulate_choice` takes."""
    x, y = load_digits(return_X_y=True)
    x = x / 16
    drawn = [np.random.default_rng([3, world]).permutation(len(y)) for world in range(worlds)]
    kept: dict[tuple[int, str], np.ndarray] = {}
    answers: dict[tuple[int, str], tuple] = {}

    def right(world: int, when: str):
        own = drawn[world][: len(y) // 3]
        order = np.concatenate([own, drawn[world][len(own) :]])
        split_of = parts(when, y[own], x[own], SEEDS_OF_BOTH)
        found = np.stack([features_right(x[order], y[order], seed, part[0]) for seed, part in enumerate(split_of)])
        kept[world, when] = found[:, :, len(own) :].mean(axis=(0, 2))
        return split_of, found[:, :, : len(own)]

    def truth(_: int) -> np.ndarray:
        return np.mean(list(kept.values()), axis=0)

    for world in range(worlds):  # the truth needs all of them
        for when in ("before", "after"):
            answers[world, when] = right(world, when)
    return (lambda world, when: answers[world, when]), worlds, "real", truth


def features_right(x: np.ndarray, y: np.ndarray, seed: int, train: np.ndarray) -> np.ndarray:
    """What 12 networks get right, `[cells, examples]`: 4 activations × 3 penalties, weights drawn by the seed."""
    generator = np.random.default_rng([4, seed])
    hidden = x @ generator.normal(size=(x.shape[1], 64)) / 4 + generator.normal(size=64)
    right = []
    for activation in (np.tanh, lambda z: np.maximum(z, 0), lambda z: 1 / (1 + np.exp(-z)), np.sin):
        h = np.column_stack([activation(hidden), np.ones(len(x))])
        square, target = h[train].T @ h[train], h[train].T @ np.eye(10)[y[train]]
        for penalty in (0.1, 0.3, 1.0):
            weights = np.linalg.solve(square + penalty * np.eye(len(square)), target)
            right.append((h @ weights).argmax(axis=1) == y)
    return np.stack(right)


if __name__ == "__main__":
    main()
