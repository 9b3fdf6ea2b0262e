"""The same grid by everyone: how many trials a second, with compiling, validation, rows and history.

    make bench                                     (more than an hour; or python benchmarks/ladder.py digits --rounds 1)

Every contender runs in a process of its own, and they take turns, round after round. The clock starts with the
data in memory and the libraries imported, and stops when rows and histories are written; the seconds of the whole
process stand beside it. Slow contenders train a random sample of the grid's trials, another in each round, and
peers train two that are not timed before; what that comes to for the whole grid is extrapolated, and marked
with ~. Nothing is asserted.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pandas as pd
from cases import CASES, Case

HERE = Path(__file__).resolve().parent
OURS = "fused"
PEERS = (
    "keras-tuner GridSearch",
    "fit, defaults",
    "fit, jit, one call per epoch",
    "fit, joblib, 2 processes",
    "scikit-learn GridSearchCV",
)


def names(case: Case) -> list[str]:
    """Who takes part: scikit-learn and JAX by hand have perceptrons only, "auto" chooses where there is a choice."""
    if case.name == "wide":
        return ["keras-tuner GridSearch", "fit, defaults", "serial", "auto", OURS]
    few = ["keras-tuner GridSearch", "fit, defaults", "fit, jit, one call per epoch", "serial", OURS]
    return [name for name in contenders() if name != "auto"] if case.model.get("kind", "mlp") == "mlp" else few


def contenders() -> dict[str, tuple[Any, bool]]:
    """Every contender by name: how it gets ready, and whether it trains the whole grid."""
    from contenders import fit_loop, jax_by_hand, joblib_fit, keras_tuner_grid, ours, sklearn_grid

    return {
        "keras-tuner GridSearch": (keras_tuner_grid.ready, False),
        "fit, defaults": (fit_loop.ready, False),
        "fit, jit, one call per epoch": (partial(fit_loop.ready, tuned=True), False),
        "fit, joblib, 2 processes": (joblib_fit.ready, False),
        "scikit-learn GridSearchCV": (sklearn_grid.ready, False),
        "serial": (partial(ours.ready, engine="serial"), False),
        "fused, 1 trial": (ours.ready, False),
        "JAX by hand": (jax_by_hand.ready, True),
        "auto": (partial(ours.ready, engine="auto"), True),
        OURS: (ours.ready, True),
    }


def one(name: str, case: Case, draw: int) -> dict[str, Any]:
    """Run a contender in this process."""
    from contenders.sklearn_grid import expressible

    get_ready, whole = contenders()[name]
    count = 0 if whole else 1 if name == "fused, 1 trial" else case.sample
    trials = case.sampled(0, draw)
    if name.startswith("scikit"):
        trials = [trial for trial in trials if expressible(trial)]
    if name.startswith("JAX") and case.name == "mnist":
        trials = one_program(trials, draw)  # the whole grid would take a quarter of an hour
    if count:
        order = np.random.default_rng(draw).permutation(len(trials))
        trials = [trials[at] for at in order[:count]]
    run = get_ready(case, trials)
    if name in PEERS:  # what only a first trial pays for is no part of the whole grid's time
        with tempfile.TemporaryDirectory() as folder:
            get_ready(case, trials[:2])(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        run(Path(folder))
        seconds = time.perf_counter() - start
    return {"contender": name, "case": case.name, "trials": len(trials), "seconds": seconds}


def one_program(trials: list[Any], draw: int) -> list[Any]:
    """The trials of an activation and a loss, drawn at random."""

    def pair(trial: Any) -> str:
        return str([trial.settings["activation"], trial.settings["loss"]])

    pairs = sorted({pair(trial) for trial in trials})
    chosen = pairs[np.random.default_rng(draw).integers(len(pairs))]
    return [trial for trial in trials if pair(trial) == chosen]


def apart(name: str, case: Case, draw: int) -> dict[str, Any]:
    """Run a contender in a process of its own, with no compiled program from before; and what that takes."""
    import psutil

    with tempfile.TemporaryDirectory() as cache:
        start = time.perf_counter()
        command = [sys.executable, __file__, case.name, "--one", name, "--draw", str(draw)]
        environment = os.environ | {
            "XDG_CACHE_HOME": cache,
            "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)]),
        }
        with tempfile.TemporaryFile("w+") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment, text=True)
            peak = [0]
            threading.Thread(target=watch, args=(psutil.Process(process.pid), peak), daemon=True).start()
            out = process.communicate()[0]
            log.seek(0)
            if process.returncode:
                raise SystemExit(f"{name} on {case.name} failed:\n{log.read()[-2000:]}")
        found = json.loads(out.splitlines()[-1])
        return found | {"draw": draw, "process": time.perf_counter() - start, "peak_mib": peak[0] / 2**20}


def watch(process: Any, peak: list[int]) -> None:
    """Keep the most bytes that a process and its children held together in `peak[0]`, until it ends."""
    import psutil

    with suppress(psutil.NoSuchProcess):
        while process.status() != psutil.STATUS_ZOMBIE:
            held = 0
            for member in [process, *process.children(recursive=True)]:
                with suppress(psutil.NoSuchProcess):  # a child may end in between
                    held += member.memory_info().rss
            peak[0] = max(peak[0], held)
            time.sleep(0.1)


def ceiling() -> float:
    """What two processes of a thread reach together in products of 1024 × 1024 float32 matrices, GFLOP/s."""
    code = (
        "import time, numpy as np; a = np.ones((1024, 1024), 'f'); a @ a; start = time.perf_counter()\n"
        "for _ in range(40): a @ a\n"
        "print(40 * 2 * 1024**3 / (time.perf_counter() - start) / 1e9)"
    )
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    processes = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment, text=True)
        for _ in range(2)
    ]
    return sum(float(process.communicate()[0]) for process in processes)


def flops(case: Case) -> float:
    """Of all products of a trial's training: forward, and backward but for the input's gradient; 0 if no perceptron."""
    if case.model.get("kind", "mlp") != "mlp":
        return 0.0
    from experiments.tasks.load import load

    data = load(case.task).draw(0)
    sizes = [int(np.prod(data.x.shape[1:])), *case.units, 1 if case.name == "toy" else 10]
    pairs = [a * b for a, b in pairwise(sizes)]
    return 2.0 * len(data.train) * case.epochs * (3 * sum(pairs) - pairs[0])


def table(runs: pd.DataFrame, case: Case) -> pd.DataFrame:
    """A row a contender: trials a second, ratio to ours (of each round), memory, share of the ceiling."""
    total = len(case.study.trials)
    own = runs[runs["case"] == case.name]
    rate = own.assign(rate=own["trials"] / own["seconds"]).pivot(index="draw", columns="contender", values="rate")
    limit = own["ceiling_gflops"].median() * 1e9
    rows = []
    for name in contenders():
        if name not in rate:
            continue
        mine = own[own["contender"] == name]
        ratio = rate[OURS] / rate[name]
        estimated = mine["trials"].median() < total
        rows.append(
            {
                "contender": name,
                "trials a second": f"{rate[name].median():.3g}",
                "whole grid": f"{'~' if estimated else ''}{total / rate[name].median():.4g} s",
                "fused is faster by": f"{ratio.median():.3g} ({ratio.min():.3g}–{ratio.max():.3g})",
                "process": f"{mine['process'].median():.3g} s for {mine['trials'].median():.0f}",
                "peak memory": f"{mine['peak_mib'].median():.0f} MiB",
                "share of the ceiling": f"{rate[name].median() * flops(case) / limit:.1%}" if flops(case) else "–",
            }
        )
    return pd.DataFrame(rows)


def markdown(rows: pd.DataFrame) -> str:
    """A table as text."""
    lines = [list(rows), ["---"] * len(rows.columns), *rows.to_numpy().tolist()]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def figure(runs: pd.DataFrame, place: Path) -> None:
    """Trials a second by contender, a panel a case."""
    import matplotlib

    matplotlib.use("Agg")
    import seaborn as sns

    runs = runs.assign(rate=runs["trials"] / runs["seconds"])
    grid = sns.catplot(
        runs, x="rate", y="contender", col="case", kind="point", errorbar=("pi", 100), linestyle="none",
        order=list(contenders()), color="#0072b2", height=3.2, aspect=1.4, col_wrap=3,
    )  # fmt: skip
    grid.set(xscale="log", xlabel="trials a second (median over rounds, range)", ylabel="")
    grid.set_titles("{col_name}")
    grid.savefig(place, dpi=110)


def main() -> None:
    """Climb."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", default=list(CASES), metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", help="contenders; ours is always there")
    parser.add_argument("--out", type=Path, default=HERE / "ladder.csv")
    parser.add_argument("--add", action="store_true", help="keep what the file of --out holds of other cases")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--draw", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(one(arguments.one, CASES[arguments.cases[0]], arguments.draw)))
        return
    old = pd.read_csv(arguments.out) if arguments.add and arguments.out.is_file() else pd.DataFrame({"case": []})
    old = old[~old["case"].isin(arguments.cases)]
    runs: list[dict[str, Any]] = []
    for draw in range(arguments.rounds):
        for case in arguments.cases:
            for name in names(CASES[case]):
                if arguments.only and name not in (*arguments.only, OURS):
                    continue
                limit = ceiling()
                runs.append(apart(name, CASES[case], draw) | {"ceiling_gflops": limit})
                print({key: round(v, 2) if isinstance(v, float) else v for key, v in runs[-1].items()}, flush=True)
                pd.concat([old, pd.DataFrame(runs)], ignore_index=True).to_csv(arguments.out, index=False)
    frame = pd.concat([old, pd.DataFrame(runs)], ignore_index=True)
    for case in frame["case"].unique():
        print(f"\n{case}: {len(CASES[case].study.trials)} trials, {CASES[case].epochs} epochs")
        print(markdown(table(frame, CASES[case])))
    figure(frame, arguments.out.with_suffix(".png"))


if __name__ == "__main__":
    main()
