"""Are verdicts right as often as they say? Simulated grids in which the truth is known, through the analysis itself.

    python benchmarks/calibration.py               (some minutes)

Every grid is 4 activations × 3 losses over 10 seeds, paired: a seed moves all configurations alike. Counted are grids
with any false finding among the comparisons with the baseline, the coverage of 95 % intervals, and how often an effect
is found with as many seeds as the analysis says it needs. Nothing is asserted.
"""

import argparse
import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.cells import cell_table
from experiments.analysis.declared import Declared, read_declared
from experiments.analysis.effects import effects
from experiments.analysis.families import families
from experiments.analysis.interactions import interactions
from experiments.analysis.intervals import intervals
from experiments.analysis.looks import is_settled, look_share
from experiments.analysis.power import seeds_needed

LEVELS = {"activation": ["relu", "tanh", "elu", "gelu"], "loss": ["a", "b", "c"]}
SPREAD, SHARED, TRUE = 0.01, 0.02, 0.03
LOOKS = (10, 20, 40)
Noise = Callable[[np.random.Generator, tuple[int, int]], np.ndarray]


def _uneven(generator: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Noise of three times the size in every other configuration."""
    return generator.normal(0, 1, shape) * np.where(np.arange(shape[0]) % 2, 1.5, 0.5)[:, None]


KINDS: dict[str, Noise] = {
    "normal": lambda generator, shape: generator.normal(0, 1, shape),
    "skewed": lambda generator, shape: generator.exponential(1, shape) - 1,
    "heavy tails": lambda generator, shape: generator.standard_t(3, shape) / np.sqrt(3),
    "uneven spreads": _uneven,
}


def study() -> Declared:
    """The declaration of a grid."""
    described = {
        "name": "simulated",
        "factors": LEVELS,
        "baseline": {"activation": "relu", "loss": "a"},
        "task": "digits",
    }
    return read_declared({"study": described, "primary": "accuracy", "direction": "max"}, pd.DataFrame())


def grid(
    noise: Noise, stream: Sequence[int], *, seeds: int = 10, failing: float = 0.0, true: float = 0.0
) -> pd.DataFrame:
    """The rows of a grid: `true` is what tanh gains with every loss, `failing` the share of trials that diverge."""
    generator = np.random.default_rng(list(stream))
    cells = [dict(zip(LEVELS, levels, strict=True)) for levels in itertools.product(*LEVELS.values())]
    shape = len(cells), seeds
    gain = np.array([true * (cell["activation"] == "tanh") for cell in cells])
    scores = 0.9 + gain[:, None] + generator.normal(0, SHARED, seeds) + SPREAD * noise(generator, shape)
    status = np.where(generator.uniform(size=shape) < failing, "diverged", "ok")
    rows: list[dict[str, Any]] = []
    for (place, cell), seed in itertools.product(enumerate(cells), range(seeds)):
        ok = status[place, seed] == "ok"
        score = scores[place, seed] if ok else np.nan
        ids = {"trial": f"t{place}s{seed}", "cell": f"c{place}", "seed": seed}
        found = {"status": status[place, seed], "validation_accuracy": score, "test_accuracy": score}
        rows.append({**ids, **cell, **found})
    return pd.DataFrame(rows)


def false_findings(noise: Noise, count: int, **options: Any) -> tuple[int, int, int, int]:
    """Of grids: with any false finding, with a false interaction; of 95 % intervals of no effect: covering, in all."""
    declared, wrong, turned, covered, total = study(), 0, 0, 0, 0
    for stream in range(count):
        trials = grid(noise, [stream, 1], **options)
        cells = cell_table(trials, declared)
        table = effects(trials, cells, declared)
        null = table[table["level"] != "tanh"] if options.get("true") else table
        wrong += null["outcome"].isin(["better", "worse"]).any()
        turned += interactions(trials, cells, declared)["outcome"].eq("differs").any()
        wide = trials.pivot(index="cell", columns="seed", values="validation_accuracy")
        gains = np.stack(
            [wide.loc[cell] - wide.loc[other] for cell, other in zip(null["cell"], null["reference_cell"], strict=True)]
        )
        ends = intervals(pd.DataFrame(gains))
        covered += int(((ends["low"] <= 0) & (ends["high"] >= 0)).sum())
        total += len(ends)
    return int(wrong), int(turned), covered, total


def false_at_looks(noise: Noise, count: int, *, planned: bool) -> tuple[int, int, int]:
    """Of null grids that get seeds look by look until settled: with a false finding at any look, false where it ended;
    and the seeds of all of them together.

    planned: whether looks spend shares of the 0.05; else each one spends all of it.
    """
    wrong, final, used = 0, 0, 0
    for stream in range(count):
        whole = grid(noise, [stream, 3], seeds=LOOKS[-1])
        seen = []
        for seeds in LOOKS:
            trials = whole[whole["seed"] < seeds]
            made = replace(study(), looks=LOOKS, share=look_share(LOOKS, seeds) if planned else 1.0)
            table = effects(trials, cell_table(trials, made), made)
            seen.append(bool(table["outcome"].isin(["better", "worse"]).any()))
            if is_settled(table).all():
                break
        wrong, final, used = wrong + any(seen), final + seen[-1], used + seeds
    return wrong, final, used


def found_share(noise: Noise, count: int) -> tuple[int, int]:
    """With how many seeds the analysis says that the true effect is found four times in five; and in how many it is."""
    declared = study()
    comparisons = sum(len(levels) - 1 for levels in LEVELS.values()) / families(declared)["levels"]
    many = SPREAD * noise(np.random.default_rng(0), (len(LEVELS["activation"]) * len(LEVELS["loss"]), 200_000))
    baseline, tanh = many[0], many[len(LEVELS["loss"])]
    needed = int(seeds_needed(np.array([(tanh - baseline).std()]), np.array([0.01]), comparisons)[0])
    found = 0
    for stream in range(count):
        trials = grid(noise, [stream, 2], seeds=needed, true=0.01)
        table = effects(trials, cell_table(trials, declared), declared).set_index("level")
        found += table.loc["tanh", "low"] > 0
    return needed, int(found)


def share(hits: int, count: int) -> str:
    """A share with its 95 % interval (Wilson)."""
    ends = stats.binomtest(hits, count).proportion_ci(method="wilson")
    return f"{hits / count:.1%} ({ends.low:.1%} to {ends.high:.1%})"


def main() -> None:
    """Simulate, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--grids", type=int, default=2000)
    count = parser.parse_args().grids
    print("| grids | with a false finding | with a false interaction | 95 % intervals that cover |\n|---|---|---|---|")
    cases: dict[str, tuple[Noise, dict[str, Any]]] = {name: (noise, {}) for name, noise in KINDS.items()}
    cases["a tenth of the trials diverge"] = (KINDS["normal"], {"failing": 0.1})
    cases["partly null: tanh gains 3 points"] = (KINDS["normal"], {"true": TRUE})
    for name, (noise, options) in cases.items():
        wrong, turned, covered, total = false_findings(noise, count, **options)
        print(f"| {name} | {share(wrong, count)} | {share(turned, count)} | {share(covered, total)} |", flush=True)
    print("\n| looks at 10, 20, 40 seeds | false at any look | false where it ended | mean seeds |\n|---|---|---|---|")
    for name, planned in (("spending shares of the 0.05", True), ("spending 0.05 each", False)):
        wrong, final, used = false_at_looks(KINDS["normal"], count, planned=planned)
        print(f"| {name} | {share(wrong, count)} | {share(final, count)} | {used / count:.1f} |", flush=True)
    print("\n| noise | seeds said to be needed for 1 point | grids in which it is found |\n|---|---|---|")
    for name, noise in KINDS.items():
        needed, hits = found_share(noise, count)
        print(f"| {name} | {needed} | {share(hits, count)} |", flush=True)


if __name__ == "__main__":
    main()
