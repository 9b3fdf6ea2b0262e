"""From 100 to 10 000 toy trials in one run: seconds per trial, and the most memory that all processes held.

    python benchmarks/scale.py                     (about a minute)

20 cells (2 activations, 10 rates) of a 2-16-16-1 network on 640 moons, 20 epochs, by 5, 50 and 500 seeds; rows,
histories and the best model are written each time. Nothing is asserted.
"""

import os
import tempfile
import threading
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import psutil
from cases import TOY, Case
from ladder import watch

from experiments.run import runner
from experiments.train import worker
from experiments.train.executors.catalog import make_executor
from experiments.train.executors.executor import Job
from experiments.train.executors.run_jobs import run_jobs

FACTORS = {"activation": TOY["activation"], "learning_rate": TOY["learning_rate"]}


def main() -> None:
    """Run the three, and print a line each."""
    print("| trials | seconds | ms per trial | peak memory |\n|---|---|---|---|")
    for seeds in (5, 50, 500):
        case = Case("scale", {"name": "moons", "n": 640}, {"units": [16, 16]}, 32, 20, FACTORS, seeds, 0)
        with tempfile.TemporaryDirectory() as folder:
            os.environ["XDG_CACHE_HOME"] = folder  # nothing compiled before
            executor = make_executor("processes", Path(os.devnull), 2)
            list(run_jobs(executor, [Job(at, worker.import_libraries, ()) for at in range(2)]))
            peak = [0]
            threading.Thread(target=watch, args=(psutil.Process(), peak), daemon=True).start()
            start = time.perf_counter()
            runner.run(case.study, Path(folder) / "results", executor, engine="fused", say=lambda line: None)
            seconds = time.perf_counter() - start
            executor.stop()
        count = len(case.study.trials)
        print(f"| {count} | {seconds:.1f} | {1000 * seconds / count:.2f} | {peak[0] / 2**20:.0f} MiB |", flush=True)


if __name__ == "__main__":
    main()
