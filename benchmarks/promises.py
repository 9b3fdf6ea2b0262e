"""What pages promise, in worlds where it can be counted: seeds needed, what matters, a method that calibrates itself,
ranks over tasks, and tables whose rows were sorted.

    python benchmarks/promises.py               (some minutes)

Every number is a share of simulated data sets, drawn by fixed seeds; nothing is asserted.
"""

import argparse
import itertools
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.analysis.cells import cell_table
from experiments.analysis.declared import read_declared
from experiments.analysis.hsu import compare_with_best
from experiments.analysis.interactions import crossing_effects, interactions, simple_effects
from experiments.analysis.power import power, seeds_needed
from experiments.analysis.ranks import friedman, rank_table, task_ranks
from experiments.analysis.self_comparisons import calibration, out_of_band, self_comparisons
from experiments.analysis.variance import variance_table
from experiments.interchange.imports.foreign import read_foreign
from experiments.interchange.imports.writer import write_imported
from experiments.report.page_findings import PageFindings
from experiments.results.results import read_results

Noise = Callable[[np.random.Generator, tuple[int, int]], np.ndarray]
NOISE: dict[str, Noise] = {
    "normal": lambda generator, shape: generator.normal(size=shape),
    "t with 3 degrees of freedom": lambda generator, shape: generator.standard_t(3, shape),
    "t with 2": lambda generator, shape: generator.standard_t(2, shape),
    "exponential": lambda generator, shape: 1 - generator.exponential(size=shape),
    "one in ten collapses": lambda generator, shape: (
        generator.normal(size=shape) - 10 * (generator.uniform(size=shape) < 0.1)
    ),
}
UNEVEN: dict[str, Noise] = {
    "uneven configurations": lambda generator, shape: (
        generator.normal(size=shape) * np.where(np.arange(shape[0]) % 3 == 0, 3.0, 0.5)[:, None]
    ),
    "uneven seeds": lambda generator, shape: generator.normal(size=shape) * np.linspace(0.3, 3, shape[1]),
}
FACTORS = {"activation": list("abcd"), "loss": list("abc"), "optimizer": list("ab")}
CELLS = [dict(zip(FACTORS, levels, strict=True)) for levels in itertools.product(*FACTORS.values())]
SEEDS = (5, 10, 20)


def check_seeds_needed(count: int) -> Iterator[str]:
    """The power of studies that are sized by what pilot seeds say, averaged over pilots."""
    for comparisons, ratio in itertools.product((1, 6), (1.0, 0.7, 0.4)):
        found = []
        for pilots in SEEDS:
            draws = np.random.default_rng([pilots, comparisons]).normal(size=(count, pilots))
            seeds = seeds_needed(draws.std(axis=1, ddof=1), np.full(count, ratio), comparisons, pilots=pilots)
            found.append(power(np.full(count, ratio), np.minimum(seeds, 1e4), comparisons).mean())
        yield f"| {comparisons} | {ratio} | " + " | ".join(f"{share:.1%}" for share in found) + " |"


def matters(count: int) -> Iterator[str]:
    """Pages of a 4 × 3 × 2 grid: where anything is said to matter; where two matter alike, and one is said to most."""
    described = {"name": "simulated", "task": "digits", "factors": FACTORS}
    study = read_declared({"study": described, "primary": "accuracy", "direction": "max"}, pd.DataFrame())
    alike = np.array([(cell["activation"] in "ac") - 0.5 + (cell["optimizer"] == "a") - 0.5 for cell in CELLS])
    for name, noise in (NOISE | UNEVEN).items():
        shares = []
        for seeds, effect in itertools.product(SEEDS, (0.0, 2.0)):
            said = 0
            for stream in range(count):
                generator = np.random.default_rng([stream, seeds])
                scores = 0.9 + 0.01 * (noise(generator, (len(CELLS), seeds)) + effect * alike[:, None])
                table = variance_table(_rows(scores, CELLS), study)
                most = table["shown"].any() and table["shown"].iloc[0] and table["behind"].iloc[1:].all()
                said += bool(most if effect else table["shown"].any())
            shares.append(said / count)
        yield f"| {name} | " + " | ".join(f"{share:.1%}" for share in shares) + " |"


def check_calibration(count: int) -> Iterator[str]:
    """How often `calibrate` raises an alarm, by the number of seeds per comparison."""
    described = {"name": "simulated", "task": "digits", "factors": {"salt": [1, 2]}, "baseline": {"salt": 1}}
    study = read_declared({"study": described, "primary": "accuracy", "direction": "max"}, pd.DataFrame())
    salts = [{"salt": str(salt)} for salt in range(1, 401)]
    for name, noise in (NOISE | {"uneven seeds": UNEVEN["uneven seeds"]}).items():
        shares = []
        for seeds in SEEDS:
            alarms = 0
            for stream in range(count):
                drawn = 0.005 * noise(np.random.default_rng([stream, seeds]), (400, seeds))
                table = self_comparisons(_rows(0.9 + drawn, salts), replace(study, smallest_effect=0.005))
                alarms += bool(out_of_band(calibration(table)))
            shares.append(alarms / count)
        yield f"| {name} | " + " | ".join(f"{share:.1%}" for share in shares) + " |"


def check_ranks(count: int) -> Iterator[str]:
    """Levels that are equally good: how often Friedman's test, and the table of ranks, tells any two apart."""
    for levels, tasks, ties in ((2, 5, False), (2, 8, False), (3, 4, False), (3, 5, True), (4, 8, True)):
        generator = np.random.default_rng([levels, tasks])
        tested = apart = 0
        for _ in range(count):
            scores = generator.normal(size=(tasks, levels))
            ranks = task_ranks(pd.DataFrame(scores.round() if ties else scores))
            tested += friedman(ranks)[1] <= 0.05
            apart += any(map(len, rank_table(ranks)["apart_from"]))
        yield f"| {levels} | {tasks} | {'many' if ties else 'none'} | {tested / count:.1%} | {apart / count:.1%} |"


def check_sorted_tables(count: int) -> Iterator[str]:
    """Tables of equally good levels, sorted by score and numbered within each level: how often one is shown to win."""
    for runs, levels in ((5, 2), (10, 2), (10, 4)):
        false = {"numbers": 0, "none": 0}
        for stream, seeds in itertools.product(range(count), false):
            scores = np.sort(np.random.default_rng([stream, runs, levels]).normal(0.9, 0.01, (levels, runs)))
            rows = [f"l{level},{at},{score:.6f}" for level, own in enumerate(scores) for at, score in enumerate(own)]
            with tempfile.TemporaryDirectory() as folder:
                place = Path(folder) / "t.csv"
                place.write_text("\n".join(["a,number,val_acc", *rows]))
                read = read_foreign(place, factors="a", score="val_acc", seed="number" if seeds == "numbers" else None)
                effects = PageFindings(read_results(write_imported(read, Path(folder), "t", ""))).effects
            false[seeds] += effects["outcome"].isin(["better", "worse"]).any()
        yield f"| {runs} | {levels} | {false['numbers'] / count:.1%} | {false['none'] / count:.1%} |"


def best(count: int) -> Iterator[str]:
    """Comparisons with the best of cells that spread unequally: how often all that they promise holds at once."""
    for levels, others in ((4, 3), (8, 4), (8, 7)):
        cells = [{"a": f"a{a}", "b": f"b{b}"} for a, b in itertools.product(range(levels), range(others))]
        generator = np.random.default_rng(len(cells))
        shares = []
        for name, apart in itertools.product(("normal", "exponential"), (0.0, 0.3)):
            means = apart * np.array([-int(cell["a"][1:]) for cell in cells])
            spreads = np.where(np.arange(len(cells)) % 3 == 0, 2.0, 0.5)[:, None]
            others_best = np.array([np.delete(means, at).max() for at in range(len(cells))])
            kept = 0
            for _ in range(count):
                noise = NOISE[name](generator, (len(cells), 10)) * spreads
                even = generator.normal(size=noise.shape) * spreads
                own = noise if name == "normal" else np.where([[cell["a"] == "a1"] for cell in cells], noise, even)
                scores = means[:, None] + own + generator.normal(size=10)
                order = np.argsort(-scores.mean(axis=1))
                found = compare_with_best(scores[order], 0.05, levels=pd.DataFrame([cells[at] for at in order]))
                true = (means - others_best)[order]
                low, high = found["low"].to_numpy(), found["high"].to_numpy()
                kept += bool(
                    ((low <= np.minimum(true, 0)) & (true <= np.maximum(high, 0))).all()
                    and not (found["apart"] & (true > 0)).any()
                )
            shares.append(kept / count)
        yield f"| {len(cells)} | " + " | ".join(f"{share:.1%}" for share in shares) + " |"


def crossovers(count: int) -> Iterator[str]:
    """A 4 × 4 grid in which a level gains 2 points with half of the other factor's levels and loses 2 with the rest."""
    cells = [{"activation": a, "loss": b} for a, b in itertools.product("abcd", "efgh")]
    described = {"name": "simulated", "task": "digits", "factors": {"activation": list("abcd"), "loss": list("efgh")}}
    study = read_declared({"study": described, "primary": "accuracy", "direction": "max"}, pd.DataFrame())
    gains = np.array([(2.0 if cell["loss"] in "ef" else -2.0) * (cell["activation"] == "b") for cell in cells])
    for seeds in SEEDS:
        differing = contrasts = crossed = 0
        for stream in range(count):
            generator = np.random.default_rng([stream, seeds])
            scores = 0.9 + 0.01 * (gains[:, None] + generator.normal(size=(len(cells), seeds)))
            trials = _rows(scores, cells)
            table = interactions(trials, cell_table(trials, study), study)
            turned = table["outcome"].eq("differs")[table["level"].eq("b") & table["at"].isin(["g", "h"])]
            differing, contrasts = differing + turned.any(), contrasts + turned.mean()
            found = crossing_effects(simple_effects(trials, study, table))
            crossed += bool(found["level"].eq("b").any())
        yield f"| {seeds} | {differing / count:.1%} | {contrasts / count:.1%} | {crossed / count:.1%} |"


def _rows(scores: np.ndarray, cells: list[dict[str, str]]) -> pd.DataFrame:
    """Trials with the scores `[cells, seeds]`."""
    places, seeds = (indexes.ravel() for indexes in np.indices(scores.shape))
    levels = pd.DataFrame(cells).iloc[places].reset_index(drop=True)
    found = {"cell": [f"c{place}" for place in places], "seed": seeds, "status": "ok"}
    found |= {"validation_accuracy": scores.ravel(), "test_accuracy": scores.ravel()}
    return levels.assign(trial=[f"c{place}s{seed}" for place, seed in zip(places, seeds, strict=True)], **found)


PARTS = {
    "comparisons | Δ in standard deviations | power, of 5 pilot seeds | 10 | 20": (check_seeds_needed, 2000),
    "noise | something matters (nothing does), 5 seeds | one matters most (two do alike) | 10 | | 20 | ": (
        matters,
        300,
    ),
    "noise | alarm of calibrate, 5 seeds | 10 | 20": (check_calibration, 60),
    "cells that spread unequally | all hold at once: normal, equal means | normal, unequal | one level’s noise "
    "exponential, equal | unequal": (best, 500),
    "seeds | a 4 × 4 crossover of ±2 points: found | of its contrasts | told as a crossing": (crossovers, 300),
    "levels | tasks | ties | Friedman’s p ≤ 0.05 | two told apart": (check_ranks, 1000),
    "runs | levels | shown to win, the numbers as seeds | without seeds": (check_sorted_tables, 300),
}


def main() -> None:
    """Simulate, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, default=1.0, help="of the data sets that are drawn by default")
    parser.add_argument("--only", default="", help="of the tables, those whose heads have this text")
    arguments = parser.parse_args()
    share = arguments.share
    for heads, (part, count) in PARTS.items():
        if arguments.only not in heads:
            continue
        print(f"\n| {heads} |\n|{'---|' * (heads.count('|') + 1)}")
        for line in part(max(1, round(share * count))):
            print(line, flush=True)


if __name__ == "__main__":
    main()
