"""Scores as a matrix, one row per cell and one column per seed; and the seeds on which cells may be ranked."""

import pandas as pd

from experiments.analysis import ranking
from experiments.analysis.declared import Declared


def score_matrix(trials: pd.DataFrame, column: str) -> pd.DataFrame:
    """`[cells, seeds]` of a score, NaN where a trial is missing or not ok. Cells as they first appear."""
    scores = trials[column].where(trials["status"] == "ok").astype(float)
    matrix = trials.assign(score=scores).pivot(index="cell", columns="seed", values="score")
    return matrix.reindex(trials["cell"].unique())


def status_matrix(trials: pd.DataFrame, status: str) -> pd.DataFrame:
    """`[cells, seeds]`, true where a trial has this status."""
    flags = trials.assign(flag=trials["status"] == status).pivot(index="cell", columns="seed", values="flag")
    return flags.reindex(trials["cell"].unique()).eq(True)


def common_seeds(trials: pd.DataFrame, study: Declared) -> list[int]:
    """The seeds on which cells are ranked: `ranking.common_seeds` of a study's trials."""
    outcomes = zip(trials["cell"], map(int, trials["seed"]), trials["status"], strict=True)
    return ranking.common_seeds(outcomes, paired=study.paired)
