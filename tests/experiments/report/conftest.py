"""Results folders of all designs, and of everything that can go wrong, with effects planted in them."""

import base64
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis import importance
from experiments.analysis.intervals import intervals
from experiments.report.figures.figure import Drawn
from experiments.report.pages import study_page
from tests.experiments.report.results_folder import (
    GRID,
    cells_of,
    hash_of,
    manifest_of,
    planted,
    planted_grid,
    regression,
    trial_rows,
    write_results,
)

CELLS = cells_of("grid", GRID, {}, {})
CHANGES = {"activation": ["relu", "tanh"], "optimizer": ["adam", "sgd"], "learning_rate": [0.001, 1.0]}
BASELINE = {"activation": "relu", "optimizer": "adam", "learning_rate": 0.001}
WHOLE = {"activation": "relu", "regularizer": "l2", "dropout": 0.2}
WITHOUT = {"activation": "linear", "regularizer": "none", "dropout": 0.0}
RANGES = {"activation": ["relu", "tanh"], "learning_rate": {"min": 1e-4, "max": 1.0, "scale": "log"}}
OUTLIERS = {"loss": ["mean_squared_error", "huber"], "share": [0.0, 0.2]}
GAINS = {"tanh": 0.03, "sgd": -0.05, "linear": -0.06}


def shifted(levels, seed):
    """A score from `GAINS`, with a little noise; a learning rate of 1 diverges on every other seed."""
    if levels.get("learning_rate") == 1.0 and seed % 2:
        return None
    noise = np.random.default_rng([4, seed, len(str(levels))]).normal(0, 0.002)
    return 0.9 + sum(GAINS.get(level, 0.0) for level in levels.values()) + seed / 100 + noise


def _draws():
    generator = np.random.default_rng(0)
    return [
        {"activation": ["relu", "tanh"][place % 2], "learning_rate": float(f"{10 ** generator.uniform(-4, 0):.6g}")}
        for place in range(15)
    ]


def _drawn_score(levels, seed):
    rate = levels["learning_rate"]
    return None if rate > 0.3 else 0.95 - 0.02 * (np.log10(rate) + 2) ** 2 + seed / 100


def _best_rate():
    return max(_draws(), key=lambda levels: _drawn_score(levels, 0) or 0)["learning_rate"]


def _with_outliers(levels, seed):
    """Huber gains 5 points with outliers and loses 3 without."""
    noise = np.random.default_rng([6, seed, len(str(levels))]).normal(0, 0.002)
    gain = (0.05 if levels["share"] else -0.03) if levels["loss"] == "huber" else 0.0
    return 0.9 - 0.5 * levels["share"] + gain + seed / 100 + noise


def _crashes(levels, seed):
    return "failed" if seed == 2 and levels["loss"] != "cross_entropy" else planted(levels, seed)


@pytest.fixture(scope="module", autouse=True)
def _few_trees():
    """What a forest finds is tested with the analysis; here it is shown, and a smaller one does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importance, "TREES", 12)
        yield


@pytest.fixture
def _nothing_drawn(monkeypatch):
    """The pictures of pages, which are tested elsewhere, are empty."""
    monkeypatch.setattr(study_page, "draw", lambda figure: Drawn("", "", b""))


@pytest.fixture(scope="session")
def results(tmp_path_factory) -> Path:
    """A folder with a results folder for each name in `STUDIES`, and the planted grid."""
    return _written(tmp_path_factory.getbasetemp() / "shared-results")


@cache
def _written(folder: Path) -> Path:
    planted_grid(folder)
    regression(folder)
    for name, (cells, seeds, score, manifest) in STUDIES.items():
        trials = trial_rows(cells, range(seeds), score)
        if name == "interrupted":
            trials = trials.iloc[:44]
        if name in OWN_SEEDS:
            trials = trials[[OWN_SEEDS[name](row) for row in trials.itertuples()]]
        write_results(folder / name, trials, manifest_of(trials, name=name, **manifest))
    _follow_up(folder, "followed")
    return folder


def _follow_up(folder, name):
    """What tests a study: all of its cells on fresh seeds, tested on the same examples; and a cell against itself."""
    part = {"search": {"search": {"part_of": name, "stage": "confirm"}}}
    trials = trial_rows(CELLS, range(1_000_000, 1_000_008), planted)
    place = write_results(folder / f"{name}-confirm", trials, manifest_of(trials, name=f"{name}-confirm", **part))
    _answers(trials, place)
    _answers(trial_rows(CELLS, range(6), planted), folder / name)
    noise = np.random.default_rng(12).normal(0, 0.004, (200, 6))
    compared = intervals(pd.DataFrame(noise)).assign(comparison=range(1, 201), delta=0.005, sides=2, sides_apart=0)
    compared["power"] = stats.nct.sf(stats.t.ppf(0.975, 5), 5, 0.005 / 0.004 * 6**0.5)
    part["search"]["search"]["stage"] = "calibrate"
    place = write_results(
        folder / f"{name}-calibration", trials.head(1), manifest_of(trials, name=f"{name}-calibration", **part)
    )
    compared.to_csv(place / "calibration.csv", index=False)


def _answers(trials, folder):
    """Which of 200 test examples came out right: other ones on every seed, as many as the score says."""
    answers = np.random.default_rng(11).uniform(size=(len(trials), 200)) < trials[["test_accuracy"]].to_numpy(float)
    bits = [base64.b64encode(np.packbits(right).tobytes()).decode() for right in answers]
    table = pd.DataFrame({"trial": trials["trial"], "test_set": "t", "examples": 200, "correct": bits})
    table[trials["status"].eq("ok")].to_csv(folder / "correct.csv", index=False)


SPACE = {
    "activation": ["relu", "tanh", "sigmoid"],
    "learning_rate": {"min": 1e-4, "max": 1.0, "scale": "log"},
    "dropout": {"min": 0.0, "max": 0.5, "scale": "linear"},
}


def _many_draws():
    generator = np.random.default_rng(1)
    return [
        {
            "activation": ["relu", "tanh", "sigmoid"][place % 3],
            "learning_rate": float(f"{10 ** generator.uniform(-4, 0):.6g}"),
            "dropout": float(f"{generator.uniform(0, 0.5):.6g}"),
        }
        for place in range(45)
    ]


def _rate_matters(levels, seed):
    """A learning rate of 0.01 is best, tanh gains 2 points, dropout does nothing; above 0.5 all diverges."""
    rate = levels["learning_rate"]
    gain = 0.02 * (levels["activation"] == "tanh") - 0.02 * (np.log10(rate) + 2) ** 2
    return None if rate > 0.5 else 0.95 + gain + np.random.default_rng([7, seed, int(rate * 1e6)]).normal(0, 0.002)


def _nothing_matters(levels, seed):
    return 0.9 + np.random.default_rng([8, seed, int(levels["dropout"] * 1e6)]).normal(0, 0.002)


OPEN = {
    "loss": ["cross_entropy", "huber"],
    "learning_rate": {"min": 1e-4, "max": 1.0, "scale": "log"},
    "loss.huber.delta": {"min": 0.1, "max": 2.0, "scale": "log"},
}


def _open_draws():
    """Draws of which half have a range of their own."""
    rates = [levels["learning_rate"] for levels in _many_draws()]
    delta = np.random.default_rng(2)
    return [
        {"loss": "huber", "learning_rate": rate, "loss.huber.delta": float(f"{10 ** delta.uniform(-1, 0.3):.6g}")}
        if place % 2
        else {"loss": "cross_entropy", "learning_rate": rate}
        for place, rate in enumerate(rates)
    ]


def _small_delta_hurts(levels, seed):
    lost = 0.05 * max(0.0, 0.5 - levels.get("loss.huber.delta", 1.0))
    return None if levels["learning_rate"] > 0.5 else _rate_matters({"activation": "", **levels}, seed) - lost


TWO = [{"activation": "relu"}, {"activation": "tanh"}]


def _hardly_better(levels, seed):
    """tanh gains a tenth of a point, more or less."""
    return 0.9 + seed / 1000 + (0.001 + (seed % 3) / 10_000) * (levels["activation"] == "tanh")


def _only_noise(levels, seed):
    return 0.9 + np.random.default_rng([9, seed, levels["activation"] == "tanh"]).normal(0, 0.02)


OWN_SEEDS = {  # which seeds a level has
    "own-seeds": lambda row: (row.seed < 8) == (row.activation == "relu"),
}
RATE_NAMES = {"activation": ["relu", "tanh"], "learning_rate": ["auto", 0.001, 0.01]}


TURNING = {"activation": ["relu", "tanh"], "loss": ["cross_entropy", "huber"]}


def _turns(levels, seed):
    """tanh gains 4 points with huber and loses 3 with cross-entropy."""
    noise = np.random.default_rng([10, seed, hash_of(levels)]).normal(0, 0.002)
    gain = {"huber": 0.04, "cross_entropy": -0.03}[levels["loss"]] if levels["activation"] == "tanh" else 0.0
    return 0.9 + gain + seed / 100 + noise


def _inner_range_hurts(levels, seed):
    """No draw with the range of its own is among the best."""
    score = _rate_matters({"activation": "", **levels}, seed)
    return score if score is None else score - 0.2 * ("loss.huber.delta" in levels)


def _of_search(tuner, order):
    search = {"tuner": tuner, "space": SPACE}
    return {
        "factors": SPACE,
        "design": "random",
        "search": {"search": search, "proposed": [f"c{place:04}" for place in order]},
    }


ONE = {"factors": {"activation": ["relu"]}}
STUDIES = {
    "one-factor": (
        cells_of("one-factor", CHANGES, BASELINE, {}), 8, shifted,
        {"factors": CHANGES, "baseline": BASELINE, "design": "one-factor"},
    ),
    "leave-one-out": (
        cells_of("leave-one-out", {}, WHOLE, WITHOUT), 6, shifted,
        {"factors": {}, "baseline": WHOLE, "without": WITHOUT, "design": "leave-one-out"},
    ),
    "random": (_draws(), 3, _drawn_score, {"factors": RANGES, "design": "random"}),
    "conditions": (
        cells_of("grid", OUTLIERS, {}, {}), 5, _with_outliers, {"factors": OUTLIERS, "task": "outliers"},
    ),
    "conditions-one-seed": (
        cells_of("grid", OUTLIERS, {}, {}), 1, _with_outliers, {"factors": OUTLIERS, "task": "outliers"},
    ),
    "conditions-diverged": (
        cells_of("grid", OUTLIERS, {}, {}), 4,
        lambda levels, seed: None if levels["share"] else _with_outliers(levels, seed),
        {"factors": OUTLIERS, "task": "outliers"},
    ),
    "search": (
        _draws(), 3, _drawn_score,
        {
            "factors": {**RANGES, "learning_rate": {"min": 0.99 * _best_rate(), "max": 1.0, "scale": "log"}},
            "design": "random",
            "search": {"search": {"tuner": "bayesian"}, "proposed": [f"c{place:04}" for place in range(14, -1, -1)]},
        },
    ),
    "space-tune-random": (_many_draws(), 3, _rate_matters, _of_search("random", range(45))),
    "space-tune-bayesian": (_many_draws()[:20], 3, _rate_matters, _of_search("bayesian", range(20))),
    "close": (TWO, 12, _hardly_better, {"factors": {"activation": ["relu", "tanh"]}}),
    "noisy": (TWO, 5, _only_noise, {"factors": {"activation": ["relu", "tanh"]}}),
    "own-seeds": (TWO, 18, planted, {"factors": {"activation": ["relu", "tanh"]}}),
    "rate-names": (cells_of("grid", RATE_NAMES, {}, {}), 3, shifted, {"factors": RATE_NAMES}),
    "turning": (cells_of("grid", TURNING, {}, {}), 6, _turns, {"factors": TURNING}),
    "open": (_open_draws(), 3, _small_delta_hurts, {"factors": OPEN, "design": "random"}),
    "open-without-best": (_open_draws(), 3, _inner_range_hurts, {"factors": OPEN, "design": "random"}),
    "open-not-drawn": (
        [{**levels, "loss.huber.delta": ""} for levels in _open_draws()[::2]], 3,
        lambda levels, seed: _rate_matters({**levels, "activation": ""}, seed), {"factors": OPEN, "design": "random"},
    ),
    "few-draws": (_many_draws()[:6], 3, _rate_matters, {"factors": SPACE, "design": "random"}),
    "nothing-matters": (_many_draws(), 3, _nothing_matters, {"factors": SPACE, "design": "random"}),
    "random-one-seed": (_draws(), 1, _drawn_score, {"factors": RANGES, "design": "random"}),
    "all-diverged": (CELLS, 2, lambda *_: None, {}),
    "all-failed": (CELLS, 2, lambda *_: "failed", {}),
    "diverged-or-failed": (CELLS, 2, lambda cell, seed: None if seed else "failed", {}),
    "one-trial": (CELLS[:1], 1, lambda *_: 0.95, ONE),
    "one-trial-diverged": (CELLS[:1], 1, lambda *_: None, ONE),
    "followed": (CELLS, 6, planted, {}),
    "one-level": (CELLS[:1], 4, lambda cell, seed: 0.9 + seed / 100, ONE),
    "one-seed": (CELLS, 1, planted, {}),
    "interrupted": (CELLS, 3, planted, {"wanted": 54}),
    "identical": (CELLS, 4, lambda *_: 1.0, {}),
    "empty": (CELLS, 0, planted, {"wanted": 54}),
    "some-failed": (CELLS, 5, _crashes, {}),
    "rates-only": (
        [{"learning_rate": 0.01}, {"learning_rate": 0.1}], 3, lambda cell, seed: cell["learning_rate"] + seed / 1000,
        {"factors": {"learning_rate": [0.01, 0.1]}},
    ),
}  # fmt: skip
EVERY = ["planted", "regression", *STUDIES]
