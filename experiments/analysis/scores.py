"""Scores as a matrix, one row per cell and one column per seed."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from experiments.analysis.declared import Declared
from experiments.analysis.ranking import RAN


def score_matrix(trials: pd.DataFrame, column: str) -> pd.DataFrame:
    """`[cells, seeds]` of a score, NaN where a trial is missing or crashed. Cells as they first appear.

    trials: of `with_costs`, so that a diverged trial has the score that a failure costs.
    """
    scores = trials[column].where(trials["status"].isin(RAN)).astype(float)
    return _matrix(trials, scores.to_numpy(), np.nan)


def status_matrix(trials: pd.DataFrame, status: str) -> pd.DataFrame:
    """`[cells, seeds]`, true where a trial has this status."""
    return _matrix(trials, trials["status"].eq(status).to_numpy(dtype=bool), False)


def _matrix(trials: pd.DataFrame, values: np.ndarray, missing: object) -> pd.DataFrame:
    """`[cells, seeds]` of a value per trial: cells as they first appear, seeds in rising order.

    A trial that stands twice is an error: which of its values would count?
    """
    rows, cells = pd.factorize(trials["cell"])
    columns, seeds = pd.factorize(trials["seed"], sort=True)
    if len(np.unique(rows * max(len(seeds), 1) + columns)) < len(trials):
        raise ValueError("a cell has two trials with the same seed")
    table = np.full((len(cells), len(seeds)), missing, dtype=values.dtype)
    table[rows, columns] = values
    return pd.DataFrame(table, index=pd.Index(cells, name="cell"), columns=pd.Index(seeds, name="seed"))


def common_seeds(trials: pd.DataFrame, study: Declared) -> list[int]:
    """The seeds on which every cell ran, in rising order, for what needs a table without gaps.

    Cells that never ran (every trial crashed) are not counted. Where fewer than half of the seeds are common to all, or
    equal seeds share nothing, all seeds come back.
    """
    return _common(zip(trials["cell"], map(int, trials["seed"]), trials["status"], strict=True), paired=study.paired)


def _common(outcomes: Iterable[tuple[str, int, str]], *, paired: bool) -> list[int]:
    cells: dict[int, set[str]] = {}
    for cell, seed, status in outcomes:
        if status in RAN:
            cells.setdefault(seed, set()).add(cell)
    seeds = sorted(cells)
    all_cells = len(set().union(*cells.values()))
    common = [seed for seed in seeds if len(cells[seed]) == all_cells]
    return common if paired and 2 * len(common) >= len(seeds) else seeds
