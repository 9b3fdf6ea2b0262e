"""Scores as a matrix, one row per cell and one column per seed."""

from collections.abc import Iterable

import pandas as pd

from experiments.analysis.declared import Declared
from experiments.analysis.ranking import RAN


def score_matrix(trials: pd.DataFrame, column: str) -> pd.DataFrame:
    """`[cells, seeds]` of a score, NaN where a trial is missing or crashed. Cells as they first appear.

    trials: of `with_costs`, so that a diverged trial has the score that a failure costs.
    """
    scores = trials[column].where(trials["status"].isin(RAN)).astype(float)
    matrix = trials.assign(score=scores).pivot(index="cell", columns="seed", values="score")
    return matrix.reindex(trials["cell"].unique())


def status_matrix(trials: pd.DataFrame, status: str) -> pd.DataFrame:
    """`[cells, seeds]`, true where a trial has this status."""
    flags = trials.assign(flag=trials["status"] == status).pivot(index="cell", columns="seed", values="flag")
    return flags.reindex(trials["cell"].unique()).eq(True)


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
