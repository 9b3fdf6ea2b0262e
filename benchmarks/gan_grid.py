"""How much faster a grid of GANs trains as stacks than pair by pair: 3 losses × 2 critic steps × 3 rates × 20 seeds.

    python benchmarks/gan_grid.py                                  (the whole grid on `ring`, 1500 steps of a generator)
    python benchmarks/gan_grid.py --units 128 128 128 --batch 256  (where arithmetic is the limit)
    python benchmarks/gan_grid.py --steps 100 --seeds 2            (a quick look)

By turns in one run, for each loss and number of critic steps: first all its trials as stacks, compiling included, then
one of them by itself with the `fit` of `custom.models`, whose time is multiplied by the number of trials. Printed is
processor time, and the ratio of the two; the clock's ratio stands beside, for machines are shared.
"""

import argparse
import os
import time
from dataclasses import dataclass

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pandas as pd

from experiments.recipes.recipe import task_of
from experiments.study.study_file import read
from experiments.train import serial
from experiments.train.fused.cell import Cells
from experiments.train.fused.plan import plan
from experiments.train.fused.trainer import Trainer

LOSSES = ("non_saturating", "wasserstein_clip", "wasserstein_gradient")
TRAIN_SHARE = 0.6  # of the points of `ring`


@dataclass
class Clock:
    """Seconds of the clock and of the processor since it was made."""

    def __post_init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> np.ndarray:
        """Both, in this order."""
        return np.array([time.perf_counter() - self._wall, time.process_time() - self._cpu])


def study_of(loss: str, critic_steps: int, options: argparse.Namespace):
    """The grid of one loss and one number of critic steps: three rates, all seeds."""
    points = 40 * options.batch  # of which 24 batches train
    epochs = round(options.steps * options.batch * critic_steps / (TRAIN_SHARE * points))
    return read({
        "name": "gans", "task": {"name": "ring", "n": points}, "seeds": options.seeds, "epochs": epochs,
        "batch_size": options.batch, "critic_steps": critic_steps, "loss": loss,
        "optimizer": {"name": "adam", "beta_1": 0.5}, "model": {"units": options.units},
        "factors": {"learning_rate": [1e-4, 3e-4, 1e-3]},
    })  # fmt: skip


def measure(loss: str, critic_steps: int, options: argparse.Namespace) -> dict[str, object]:
    """A row: what the stacks of one kind take, and what its trials would take one by one."""
    study = study_of(loss, critic_steps, options)
    task = task_of(study, study.base)
    data = {seed: task.draw(seed) for seed in study.seeds}
    cells = Cells(study, task)
    clock = Clock()
    chunks, refused = plan(study, study.trials, cells)
    assert not refused, refused
    trials = {(trial.cell, trial.seed): trial for trial in study.trials}
    outcomes = [
        outcome
        for chunk in chunks
        for outcome in Trainer(chunk, trials, cells, [data[seed] for seed in chunk.seeds]).run()
    ]
    stacked = clock.read()
    clock = Clock()
    alone, _ = serial.train(study, study.trials[-1], task, data[study.trials[-1].seed])
    single = clock.read() * len(study.trials)
    same = next(outcome for outcome in outcomes if outcome.trial == alone.trial).row
    modes = [outcome.row.get("validation_modes_covered", np.nan) for outcome in outcomes]
    return {
        "loss": loss, "critic steps": critic_steps, "trials": len(study.trials),
        "stacked, processor s": stacked[1], "one by one, processor s": single[1],
        "ratio": single[1] / stacked[1], "ratio by the clock": single[0] / stacked[0],
        "modes covered": float(np.nanmean(modes)),
        "difference in distance": abs(same["test_earth_mover_distance"] - alone.row["test_earth_mover_distance"]),
    }  # fmt: skip


def main() -> None:
    """Measure by turns, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1500, help="of the generator")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--units", type=int, nargs="+", default=[64, 64], help="of both networks")
    parser.add_argument("--batch", type=int, default=64)
    options = parser.parse_args()
    rows = []
    for loss in LOSSES:
        for critic_steps in (1, 5):
            rows.append(measure(loss, critic_steps, options))
            print(pd.DataFrame(rows[-1:]).round(3).to_string(index=False), flush=True)
    table = pd.DataFrame(rows)
    whole = table["one by one, processor s"].sum() / table["stacked, processor s"].sum()
    print(f"\n{table['trials'].sum()} trials: {whole:.1f} times less processor time as stacks")


if __name__ == "__main__":
    main()
