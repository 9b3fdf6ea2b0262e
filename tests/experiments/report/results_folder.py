"""A results folder with effects planted in it, as a run would have written it."""

import hashlib
import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.declared import Declared, read_declared
from experiments.study.columns import STATUSES, history_columns, trial_columns
from experiments.study.labels import text

Levels = dict[str, Any]
FIXED = {"regularizer": "none", "optimizer": "adam", "batch_size": 32, "epochs": 4, "units": "64-64"}
GRID = {
    "activation": ["relu", "tanh", "sigmoid"],
    "loss": ["cross_entropy", "huber(delta=0.5)"],
    "learning_rate": [0.0003, 0.003, 0.03],
}
PLANTED = {"tanh": 0.02, "sigmoid": -0.05, "huber(delta=0.5)": -0.01, 0.0003: -0.08, 0.003: 0.0, 0.03: -0.02}


def planted(levels: Levels, seed: int) -> float | None:
    """A validation accuracy: tanh is 2 points above relu, sigmoid 5 below; sigmoid diverges at 0.03 sometimes."""
    if levels.get("activation") == "sigmoid" and levels.get("learning_rate") == 0.03 and seed % 2:
        return None
    shared = np.random.default_rng([1, seed]).normal(0, 0.01)
    own = np.random.default_rng([2, seed, hash_of(levels)]).normal(0, 0.003)
    return 0.9 + sum(PLANTED.get(level, 0.0) for level in levels.values()) + shared + own


def hash_of(levels: Levels) -> int:
    """A number that depends on the levels alone (Python's own hash of a text differs in every process)."""
    return int(hashlib.sha256(repr(sorted(levels.items())).encode()).hexdigest()[:8], 16)


def cells_of(design: str, factors: Mapping[str, Any], baseline: Levels, without: Levels) -> list[Levels]:
    """The varied levels of every cell."""
    if design == "leave-one-out":
        return [baseline, *(baseline | {name: off} for name, off in without.items())]
    if design == "one-factor":
        return [
            baseline,
            *(
                baseline | {n: own_level}
                for n, some in factors.items()
                for own_level in some
                if own_level != baseline[n]
            ),
        ]
    return [dict(zip(factors, levels, strict=True)) for levels in itertools.product(*factors.values())]


def trial_rows(
    cells: Sequence[Levels],
    seeds: Sequence[int],
    score: Callable[[Levels, int], float | str | None],
    **fixed: Any,
) -> pd.DataFrame:
    """Rows as `trials.csv` has them. score: a validation score, None for diverged, "failed" for a crash."""
    settings = list(dict.fromkeys([*FIXED, *fixed, *(name for cell in cells for name in cell)]))
    rows = []
    for seed, (place, cell) in itertools.product(seeds, enumerate(cells)):
        value = score(cell, seed)
        status = value if value == "failed" else "diverged" if value is None else "ok"
        row = {
            "study": "planted", "trial": f"t{place:04}s{seed:03}", "cell": f"c{place:04}", "seed": seed,
            "task": "digits", "model": "mlp", **FIXED, **fixed, **cell, "status": status, "parameters": 9000,
            "epochs_run": 4, "seconds": 1.25, "engine": "serial",
            "error": "ValueError: shapes differ" if status == "failed" else "",
        }  # fmt: skip
        if status == "ok":
            row |= {
                "train_loss": 0.1,
                "validation_loss": 0.2,
                "validation_accuracy": value,
                "test_accuracy": value - 0.005,
                "validation_cross_entropy": 0.3,
                "test_cross_entropy": 0.31,
            }
        rows.append(row)
    return pd.DataFrame(rows, columns=trial_columns(settings, ["accuracy", "cross_entropy"]))


def history_rows(trials: pd.DataFrame, epochs: int = 4) -> pd.DataFrame:
    """Curves that rise towards each ok trial's score."""
    ok = trials[trials["status"] == "ok"]
    parts = []
    for epoch in range(1, epochs + 1):
        gap = 0.3 * 0.5**epoch - 0.3 * 0.5**epochs
        accuracy = ok["validation_accuracy"].astype(float) - gap
        losses = {"train_loss": 1 / epoch, "validation_loss": 1.1 / epoch, "validation_cross_entropy": 1.2 / epoch}
        parts.append(pd.DataFrame({"trial": ok["trial"], "epoch": epoch, "validation_accuracy": accuracy} | losses))
    return pd.concat(parts)[history_columns(["accuracy", "cross_entropy"])]


def manifest_of(
    trials: pd.DataFrame,
    *,
    name: str = "planted",
    design: str = "grid",
    factors: Mapping[str, Any] = GRID,
    baseline: Levels | None = None,
    without: Levels | None = None,
    wanted: int | None = None,
    task: str = "digits",
    search: dict[str, Any] | None = None,
    failure_score: float | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """A manifest as a run would have written it."""
    counts = {status: int(trials["status"].eq(status).sum()) for status in STATUSES}
    first = {n: levels[0] for n, levels in factors.items() if isinstance(levels, list)}
    settings = FIXED | first | (baseline or {})
    return {
        "study": {
            "name": name, "question": "Which activation, loss and learning rate read digits best?",
            "task": task, "model": "mlp", "design": design, "seeds": sorted(set(trials["seed"].tolist())),
            "factors": dict(factors), "without": without or {}, "settings": settings,
            "baseline": first | (baseline or {}), **(search or {}),
            **({} if failure_score is None else {"failure_score": failure_score}),
        },
        "metrics": ["accuracy", "cross_entropy"], "primary": "accuracy", "direction": "max",
        "digest": "0123456789abcdef", "command": f"ablations run {name}",
        "versions": {"keras-ablations": "0.1.0", "python": "3.11.2", "tensorflow": "2.21.0", "keras": "3.15.1"},
        "backend": "tensorflow", "machine": "Linux x86_64, 2 cores", "git_revision": None,
        "data_digest": "fedcba9876543210",
        "started": "2026-11-24T10:00:00+00:00", "ended": "2026-11-24T10:04:30+00:00",
        "trials": {"wanted": wanted or len(trials), **counts},
    } | changes  # fmt: skip


def write_results(folder: Path, trials: pd.DataFrame, manifest: dict[str, Any]) -> Path:
    """The three files; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    trials.to_csv(folder / "trials.csv", index=False)
    history_rows(trials).to_csv(folder / "history.csv", index=False)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def planted_grid(folder: Path, seeds: int = 5) -> Path:
    """activation × loss × learning rate on five seeds: 90 trials with planted effects and some divergence."""
    trials = trial_rows(cells_of("grid", GRID, {}, {}), range(seeds), planted)
    return write_results(folder / "planted", trials, manifest_of(trials))


def declared_study(
    trials: pd.DataFrame, *, data_settings: Sequence[str] = (), **manifest: Any
) -> tuple[pd.DataFrame, Declared]:
    """The trials with levels as text, and their declaration, as the analysis takes them."""
    settings = trials.columns[6 : trials.columns.get_loc("status")]
    trials = trials.assign(**{name: trials[name].map(text) for name in settings})
    return trials, read_declared(manifest_of(trials, **manifest), trials, data_settings)


def regression(folder: Path) -> Path:
    """The planted grid as a regression, in which a lower error is better."""
    names = {"accuracy": "mean_absolute_error", "cross_entropy": "mean_squared_error"}
    trials = trial_rows(cells_of("grid", GRID, {}, {}), range(5), planted)
    scores = [column for column in trials if column.endswith("accuracy")]
    trials[scores] = 1 - trials[scores]
    manifest = manifest_of(
        trials, name="regression", primary=names["accuracy"], direction="min", metrics=list(names.values())
    )
    place = write_results(folder / "regression", trials, manifest)
    for file in ("trials.csv", "history.csv"):
        table = pd.read_csv(place / file, keep_default_na=False)
        renamed = table.rename(columns=lambda column: _renamed(column, names))
        renamed.to_csv(place / file, index=False)
    return place


def _renamed(column: str, names: Mapping[str, str]) -> str:
    part, _, metric = column.partition("_")
    return f"{part}_{names[metric]}" if metric in names else column
