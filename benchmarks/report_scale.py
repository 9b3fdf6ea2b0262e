"""How long a page takes, and how much memory, by the number of rows: from CSVs alone.

    python benchmarks/report_scale.py              (two minutes)

Grids of 5 activations × 4 losses × 4 regularizers × 4 learning rates over as many seeds as are needed, with effects, a
little divergence and a history of 3 epochs. Each report is a process of its own. Nothing is asserted.
"""

import argparse
import itertools
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

FACTORS = {
    "activation": ["relu", "tanh", "sigmoid", "gelu", "elu"],
    "loss": ["cross_entropy", "mean_squared_error", "huber", "log_cosh"],
    "regularizer": ["none", "l1", "l2", "dropout"],
    "learning_rate": [0.001, 0.003, 0.01, 0.03],
}
EPOCHS = 3


def write_results(folder: Path, seeds: int) -> int:
    """Write `manifest.json`, `trials.csv` and `history.csv`; how many rows."""
    cells = pd.DataFrame(list(itertools.product(*FACTORS.values())), columns=list(FACTORS))
    generator = np.random.default_rng(0)
    effect = generator.normal(0, 0.01, len(cells))
    parts = []
    for seed in range(seeds):
        score = 0.9 + effect + generator.normal(0, 0.01) + generator.normal(0, 0.005, len(cells))
        parts.append(cells.assign(seed=seed, cell=[f"c{at}" for at in range(len(cells))], validation_accuracy=score))
    rows = pd.concat(parts, ignore_index=True)
    rows["trial"] = [f"t{at}" for at in range(len(rows))]
    diverged = generator.random(len(rows)) < 0.001
    rows = rows.assign(
        study="scale", task="digits", model="mlp", status=np.where(diverged, "diverged", "ok"), train_loss=0.1,
        validation_loss=0.2, test_accuracy=rows["validation_accuracy"] - 0.002, parameters=9000, epochs_run=EPOCHS,
        seconds=0.01, engine="fused", error="",
    )  # fmt: skip
    scores = ["train_loss", "validation_loss", "validation_accuracy", "test_accuracy"]
    rows.loc[diverged, scores] = np.nan
    ending = ["parameters", "epochs_run", "seconds", "engine", "error"]
    identity = ["study", "trial", "cell", "seed", "task", "model"]
    rows[[*identity, *FACTORS, "status", *scores, *ending]].to_csv(folder / "trials.csv", index=False)
    ok = rows[~diverged]
    epochs = [
        ok[["trial", "train_loss", "validation_loss"]].assign(
            epoch=epoch, validation_accuracy=ok["validation_accuracy"] - 0.1 / epoch
        )
        for epoch in range(1, EPOCHS + 1)
    ]
    pd.concat(epochs).to_csv(folder / "history.csv", index=False)
    study = {
        "name": "scale", "question": "How long does a page take?", "task": "digits", "model": "mlp", "design": "grid",
        "seeds": list(range(seeds)), "factors": FACTORS, "settings": {"epochs": EPOCHS},
        "baseline": {name: levels[0] for name, levels in FACTORS.items()},
    }  # fmt: skip
    manifest = {"study": study, "metrics": ["accuracy"], "primary": "accuracy", "direction": "max",
                "command": "", "trials": {"wanted": len(rows)}}  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return len(rows)


def main() -> None:
    """Write results of several sizes, report on each, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[5, 50, 320])
    parser.add_argument("--one", type=Path)
    arguments = parser.parse_args()
    if arguments.one:
        from experiments.report.pages.study_page import write_study_report

        start = time.perf_counter()
        page = write_study_report(arguments.one, arguments.one.parent)
        seconds = time.perf_counter() - start
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{seconds:.1f} s | {memory:.0f} MiB | {page.stat().st_size / 2**20:.1f} MiB")
        return
    print("| rows | time | peak memory | page |\n|---|---|---|---|")
    for seeds in arguments.seeds:
        folder = Path(tempfile.mkdtemp()) / "scale"
        folder.mkdir()
        count = write_results(folder, seeds)
        command = [sys.executable, __file__, "--one", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        print(f"| {count} | {done.stdout.strip()} |", flush=True)


if __name__ == "__main__":
    main()
