"""The same search by keras-tuner's own tuners and by FusedTuner with the same oracle: time, best score, memory.

    python benchmarks/search.py                    (about an hour)
    python benchmarks/search.py digits --tuners random --trials 40 --peer-trials 10
    python benchmarks/search.py --study            (`ablations tune` beside keras-tuner on the same study)

Space: activation, units, dropout and its rate, L2, learning rate on a log scale. keras-tuner's random and Bayesian
searches are timed on fewer trials and extrapolated (marked ~). Each search is a process of its own; importing is not
counted. The best score by the time of every search goes to search.csv, search.png draws it. Nothing is asserted.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

CASES = ("digits", "mnist", "toy")
TUNERS = ("random", "hyperband", "bayesian")
EPOCHS = {"digits": 20, "mnist": 5, "toy": 20}
TASKS: dict[str, dict[str, Any]] = {
    "digits": {"name": "digits"},
    "mnist": {"name": "mnist", "train_size": 12800, "validation_size": 10000},
    "toy": {"name": "moons", "n": 640},
}
BATCH = {"digits": 32, "mnist": 128, "toy": 32}


def data(case: str, flat: bool = True) -> Any:
    """Training and validation examples of a case; a study's model flattens images itself."""
    from experiments.tasks.load import load

    drawn = load(TASKS[case]).draw(0)
    x = (drawn.x.reshape(len(drawn.x), -1) if flat else drawn.x).astype("float32") * np.float32(drawn.scale)
    return [(x[index], drawn.y[index]) for index in (drawn.train, drawn.validation)]


def builder(case: str) -> Any:
    """`build(hp)` of a case."""
    import keras

    inputs, outputs, widths = {"digits": (64, 10, 64), "mnist": (784, 10, 128), "toy": (2, 2, 16)}[case]

    def build(hp: Any) -> Any:
        activation = hp.Choice("activation", ["relu", "tanh"])
        strength = hp.Float("l2", 1e-6, 1e-3, sampling="log")
        model = keras.Sequential([keras.Input((inputs,))])
        for _ in range(2):
            penalty = keras.regularizers.L2(strength)
            model.add(keras.layers.Dense(widths, activation, kernel_regularizer=penalty))
        model.add(keras.layers.Dropout(hp.Float("dropout", 0.05, 0.5)))
        model.add(keras.layers.Dense(outputs, "softmax"))
        rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
        model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    return build


def study(case: str) -> Any:
    """The same space as a study: of one L2 strength, of dropout after each hidden layer."""
    from experiments.study.study_table import read

    width = {"digits": 64, "mnist": 128, "toy": 16}[case]
    factors = {
        "activation": ["relu", "tanh"],
        "regularizer": [{"name": "l2", "l2": {"min": 1e-6, "max": 1e-3, "scale": "log"}}],
        "dropout": {"min": 0.05, "max": 0.5},
        "learning_rate": {"min": 1e-4, "max": 1e-1, "scale": "log"},
    }
    table = {
        "name": case,
        "task": TASKS[case],
        "model": {"units": [width, width]},
        "design": "random",
        "factors": factors,
    }
    return read(table | {"seeds": 1, "epochs": EPOCHS[case], "batch_size": BATCH[case]})


def tune(case: str, tuner: str, trials: int) -> dict[str, Any]:
    """What `ablations tune` does, in two worker processes that are ready; rows, histories and best.keras included."""
    from experiments.run import runner
    from experiments.store.journal import Journal
    from experiments.train import worker
    from experiments.train.executors.catalog import make_executor
    from experiments.train.executors.executor import Job
    from experiments.train.executors.run_jobs import run_jobs
    from experiments.tune.search import Search

    folder = Path(tempfile.mkdtemp())
    tuning = Search(study(case), tuner, max_trials=None if tuner == "hyperband" else trials, seed=1)
    tuning.next([])  # keras-tuner imported
    curve: list[tuple[float, float]] = []
    add = Journal.add

    def noted(journal: Journal, *outcomes: Any) -> None:
        add(journal, *outcomes)
        for outcome in outcomes:
            score = outcome.row.get("validation_accuracy", 0.0)
            curve.append((time.perf_counter() - start, max(score, curve[-1][1] if curve else 0.0)))

    Journal.add = noted  # type: ignore[method-assign]
    tuning = Search(study(case), tuner, max_trials=None if tuner == "hyperband" else trials, seed=1)
    executor = make_executor("processes", folder / "log.txt", 2)
    list(run_jobs(executor, [Job(at, worker.import_libraries, ()) for at in range(2)]))
    start = time.perf_counter()
    summary = runner.run(tuning.study, folder, executor, grow=tuning.next, say=lambda line: None)
    seconds = time.perf_counter() - start
    executor.stop()
    rows = pd.read_csv(summary.folder / "trials.csv")
    best = float(rows["validation_accuracy"].max())
    memory = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    return {"seconds": seconds, "trials": len(rows), "best": best, "memory": memory, "curve": curve}


def search(case: str, tuner: str, who: str, trials: int) -> dict[str, Any]:
    """One search in this process."""
    if who == "tune":
        return tune(case, tuner, trials)
    import keras_tuner

    from experiments.tune.fused_tuner import FusedTuner
    from experiments.tune.study_hypermodel import StudyHyperModel

    (x, y), validation = data(case, flat=who != "keras-tuner on the study")
    options: dict[str, Any] = {"objective": "val_accuracy", "seed": 1}
    options |= {"max_epochs": EPOCHS[case]} if tuner == "hyperband" else {"max_trials": trials}
    names = {"random": "RandomSearch", "hyperband": "Hyperband", "bayesian": "BayesianOptimization"}
    curve: list[tuple[float, float]] = []
    place = {"directory": tempfile.mkdtemp(), "project_name": "search"}
    if who == "fused":
        oracle = getattr(keras_tuner.oracles, f"{names[tuner]}Oracle")(**options)
        search_tuner: Any = FusedTuner(oracle, builder(case), together=8 if tuner == "bayesian" else None, **place)
    else:
        built = StudyHyperModel(study(case)) if who == "keras-tuner on the study" else builder(case)
        search_tuner = getattr(keras_tuner, names[tuner])(built, **options, **place)
    ended = search_tuner.on_trial_end

    def on_trial_end(trial: Any) -> None:
        ended(trial)
        best = search_tuner.oracle.get_best_trials(1)[0].score
        curve.append((time.perf_counter() - start, best))

    search_tuner.on_trial_end = on_trial_end
    start, worked = time.perf_counter(), time.process_time()
    search_tuner.search(x, y, validation_data=validation, epochs=EPOCHS[case], batch_size=BATCH[case], verbose=0)
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    done = len(search_tuner.oracle.end_order)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = {"seconds": seconds, "processor": worked, "trials": done, "best": curve[-1][1], "memory": memory}
    return found | {"curve": curve}


def measure(*arguments: str) -> dict[str, Any]:
    """One search in a process of its own."""
    command = [sys.executable, __file__, "--one", *arguments]
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def keep(case: str, tuner: str, who: str, found: dict[str, Any], place: Path) -> None:
    """Put the best score by time of a search into the CSV, in place of an earlier one of its kind."""
    names = {"fused": "FusedTuner", "tune": "ablations tune", "keras-tuner": "keras-tuner (build)"}
    facts = {"case": case, "tuner": tuner, "who": names.get(who, "keras-tuner (study)")}
    points = [(seconds, trial + 1, best) for trial, (seconds, best) in enumerate(found["curve"])]
    rises = [point for at, point in enumerate(points) if at in (0, len(points) - 1) or point[2] > points[at - 1][2]]
    fresh = pd.DataFrame([facts | {"seconds": round(t, 3), "trials": n, "best": best} for t, n, best in rises])
    if place.is_file():
        known = pd.read_csv(place)
        others = known[~(known[list(facts)] == pd.Series(facts)).all(axis=1)]
        fresh = pd.concat([others, fresh])
    fresh.sort_values(["case", "tuner", "who", "seconds"], kind="stable").to_csv(place, index=False)


def figure(place: Path) -> None:
    """The best score by time, a panel for each case and tuner."""
    import seaborn as sns

    from experiments.report.figures.style import RC, SERIES

    frame = pd.read_csv(place)
    frame["search"] = frame["case"] + ", " + frame["tuner"]
    sns.set_theme(style="ticks", rc=RC)
    grid = sns.relplot(
        frame, x="seconds", y="best", hue="who", style="who", col="search", col_wrap=3, kind="line", markers=True,
        estimator=None, drawstyle="steps-post", palette=SERIES[: frame["who"].nunique()], height=2.6, aspect=1.3,
        facet_kws={"sharey": False, "sharex": False},
    )  # fmt: skip
    grid.set(xscale="log", xlabel="seconds", ylabel="best validation accuracy").set_titles("{col_name}")
    for axis in grid.axes.flat:
        axis.xaxis.set_major_formatter("{x:g}")
        axis.xaxis.set_minor_formatter("")
    grid.tight_layout()
    sns.move_legend(grid, "upper center", bbox_to_anchor=(0.45, 1.05), ncol=4, title=None)
    grid.savefig(place.with_suffix(".png"), dpi=110)


def when_reached(found: dict[str, Any], score: float) -> str:
    """When a search had reached a score."""
    return next((f"{seconds:.1f} s" for seconds, best in found["curve"] if best >= score), "not reached")


def main() -> None:
    """Search by both, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", default=list(CASES))
    parser.add_argument("--tuners", nargs="+", default=list(TUNERS))
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--peer-trials", type=int, default=30)
    parser.add_argument("--study", action="store_true", help="`ablations tune` on a study, in two processes")
    parser.add_argument("--one", nargs=4)
    arguments = parser.parse_args()
    if arguments.one:
        case, tuner, who, trials = arguments.one
        print(json.dumps(search(case, tuner, who, int(trials))))
        return
    titles = [
        "case, tuner",
        "trials",
        "keras-tuner",
        "ours",
        "faster by",
        "by processor time",
        "best score",
        "theirs reached",
        "memory",
    ]
    print(f"| {' | '.join(titles)} |\n{'|---' * len(titles)}|")
    for case in arguments.cases:
        for tuner in arguments.tuners:
            trials = min(arguments.trials, 60) if tuner == "bayesian" else arguments.trials
            peer_trials = trials if tuner == "bayesian" else arguments.peer_trials
            pair = ("tune", "keras-tuner on the study") if arguments.study else ("fused", "keras-tuner")
            ours = measure(case, tuner, pair[0], str(trials))
            theirs = measure(case, tuner, pair[1], str(peer_trials))
            place = Path(__file__).with_name("search.csv")
            for who, found in zip(pair, (ours, theirs), strict=True):
                keep(case, tuner, who, found, place)
            figure(place)
            share = ours["trials"] / theirs["trials"]
            whole = theirs["seconds"] * share
            mark = "~" if share != 1 else ""
            # of processes that share a busy machine; not known of `ablations tune`, which trains in workers
            worked = "–" if arguments.study else f"{theirs['processor'] * share / ours['processor']:.1f}"
            print(
                f"| {case}, {tuner} | {ours['trials']} | {mark}{whole:.0f} s | {ours['seconds']:.1f} s | "
                f"{whole / ours['seconds']:.1f} | {worked} | "
                f"{theirs['best']:.4f} of {theirs['trials']}, {ours['best']:.4f} | "
                f"{when_reached(ours, theirs['best'])} | {theirs['memory']:.0f} MiB after {theirs['trials']}, "
                f"{ours['memory']:.0f} MiB |",
                flush=True,
            )


if __name__ == "__main__":
    main()
